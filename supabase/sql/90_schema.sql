-- What of this stands in the database, what differs, and the statement that mends it, for `--check` and each run.
create or replace function public.greedy_schema() returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  expected constant jsonb := '{}'; -- @functions: name -> md5 of its text, filled in by supabase/build.py
  install constant text := 'run supabase/install.sql';
  rows_table constant regclass := to_regclass('public.roster_assignments');
  differences jsonb := '[]';
  duties jsonb := '[]';
  one record;
begin
  if not exists (
    select from pg_catalog.pg_index as key
    where key.indrelid = rows_table and key.indisunique and key.indisvalid and key.indimmediate and key.indpred is null
      and key.indexprs is null and key.indnkeyatts = 4
      and (
        select array_agg(attname::text order by attname) from pg_catalog.pg_attribute
        where attrelid = key.indrelid and attnum = any (key.indkey[0:3])
      ) = array['dagdeel', 'date', 'employee_id', 'roster_id']
  ) then
    differences := differences || jsonb_build_object(
      'part', 'key', 'name', 'roster_id, employee_id, date, dagdeel',
      'words', 'no unique key over (roster_id, employee_id, date, dagdeel): a slot can be there twice, and upserts fail',
      'statement', 'alter table public.roster_assignments add constraint roster_assignments_greedy_key '
        'unique (roster_id, employee_id, date, dagdeel);'
    );
  end if;
  if not exists (
    select from pg_catalog.pg_index as there
    where there.indrelid = rows_table and there.indisvalid and there.indpred is null and there.indnkeyatts >= 2
      and (select attname from pg_catalog.pg_attribute where attrelid = there.indrelid and attnum = there.indkey[0]) = 'employee_id'
      and (select attname from pg_catalog.pg_attribute where attrelid = there.indrelid and attnum = there.indkey[1]) = 'date'
  ) then
    differences := differences || jsonb_build_object(
      'part', 'index', 'name', 'roster_assignments_employee_date',
      'words', 'no index on (employee_id, date): each write searches all rows of all rosters',
      'statement', 'create index roster_assignments_employee_date on public.roster_assignments (employee_id, date);'
    );
  end if;
  if not exists (
    select from pg_catalog.pg_index as there
    where there.indrelid = rows_table and there.indisvalid
      and (there.indpred is null or pg_get_expr(there.indpred, there.indrelid) = '(status = 1)')
      and (select attname from pg_catalog.pg_attribute where attrelid = there.indrelid and attnum = there.indkey[0]) = 'date'
  ) then
    differences := differences || jsonb_build_object(
      'part', 'index', 'name', 'roster_assignments_active_date',
      'words', 'no index on (date) of ACTIVE rows: each run and each write searches all rows of all rosters',
      'statement', 'create index roster_assignments_active_date on public.roster_assignments (date) where status = 1;'
    );
  end if;

  for one in
    select wanted.name, there.tgenabled
    from unnest(array[
      'roster_assignments_10_share', 'roster_assignments_15_keep_rest', 'roster_assignments_20_hand_over',
      'roster_assignments_greedy_insert', 'roster_assignments_greedy_update', 'roster_assignments_greedy_delete'
    ]) as wanted (name)
    left join pg_catalog.pg_trigger as there on there.tgrelid = rows_table and there.tgname = wanted.name
    where there.tgenabled is null or there.tgenabled not in ('O', 'A')
  loop
    differences := differences || jsonb_build_object(
      'part', 'trigger', 'name', one.name,
      'words', format('the trigger %s is %s', one.name, case when one.tgenabled is null then 'missing' else 'disabled' end),
      'statement', case when one.tgenabled is null then install
        else format('alter table public.roster_assignments enable trigger %I;', one.name) end
    );
  end loop;

  for one in
    select wanted.name, there.text_now
    from jsonb_each_text(expected) as wanted (name, text_then)
    left join lateral (
      select md5(prosrc) as text_now from pg_catalog.pg_proc
      where pronamespace = 'public'::regnamespace and proname = wanted.name
      order by md5(prosrc) = wanted.text_then desc limit 1
    ) as there on true
    where there.text_now is distinct from wanted.text_then
  loop
    differences := differences || jsonb_build_object(
      'part', 'function', 'name', one.name,
      'words', format('the function %s is %s', one.name, case when one.text_now is null then 'missing' else 'another version' end),
      'statement', install
    );
  end loop;

  if to_regclass('public.greedy_duties') is null then
    differences := differences || jsonb_build_object(
      'part', 'duties', 'name', 'greedy_duties', 'words', 'the table greedy_duties is missing', 'statement', install
    );
  else
    select coalesce(jsonb_agg(
      to_jsonb(duty)
      order by duty.code collate "C", strpos('OMA', duty.dagdeel)
    ), '[]')
    into duties from public.greedy_duties as duty;
    for one in
      select duty.code, duty.dagdeel, duty.other_code, duty.other_dagdeel
      from public.greedy_duties as duty
      left join public.greedy_duties as half on half.code = duty.other_code and half.dagdeel = duty.other_dagdeel
      where duty.other_code is not null
        and (half.other_code, half.other_dagdeel) is distinct from (duty.code, duty.dagdeel)
    loop
      differences := differences || jsonb_build_object(
        'part', 'duties', 'name', one.code,
        'words', format('%s names %s as its other half, but %2$s does not name %1$s', one.code, one.other_code),
        'statement', format(
          'update public.greedy_duties set other_code = %L, other_dagdeel = %L where code = %L and dagdeel = %L;',
          one.code, one.dagdeel, one.other_code, one.other_dagdeel
        )
      );
    end loop;
  end if;

  if to_regclass('public.greedy_runs') is null then
    differences := differences || jsonb_build_object(
      'part', 'history', 'name', 'greedy_runs', 'words', 'the table greedy_runs is missing: runs leave no history',
      'statement', install
    );
  end if;
  return jsonb_build_object(
    'version', 3,
    'role', current_user,
    'may_write', coalesce(has_table_privilege(rows_table, 'insert') and has_table_privilege(rows_table, 'update'), false),
    'columns', (
      select jsonb_agg(attname order by attnum) from pg_catalog.pg_attribute
      where attrelid = rows_table and attnum > 0 and not attisdropped
    ),
    'tables', (
      select jsonb_object_agg(there.relname, jsonb_build_object(
        'row_security', case when there.relkind in ('r', 'p') then there.relrowsecurity end, -- null: a view has none
        'public', exists (
          select from pg_catalog.pg_roles
          where rolname in ('anon', 'authenticated')
            and has_table_privilege(oid, there.oid, 'select, insert, update, delete')
        ),
        'columns', (
          select jsonb_object_agg(attname, case typtype
            when 'e' then 'enum' when 'd' then format_type(typbasetype, null) else format_type(atttypid, null) end)
          from pg_catalog.pg_attribute join pg_catalog.pg_type on pg_type.oid = atttypid
          where attrelid = there.oid and attnum > 0 and not attisdropped
        ),
        'keys', case when there.relkind in ('r', 'p') then (
          select coalesce(jsonb_agg((
            select jsonb_agg(attname) from pg_catalog.pg_attribute
            where attrelid = key.indrelid and attnum = any (key.indkey[0:key.indnkeyatts - 1])
          )), '[]')
          from pg_catalog.pg_index as key
          where key.indrelid = there.oid and key.indisunique and key.indisvalid and key.indpred is null
            and key.indexprs is null
        ) end
      ))
      from pg_catalog.pg_class as there
      where there.oid in (
        to_regclass('public.roosters'), to_regclass('public.employees'), to_regclass('public.service_types'),
        to_regclass('public.roster_period_staffing_dagdelen'), to_regclass('public.roster_employee_services'), rows_table
      )
    ),
    'history', to_regclass('public.greedy_runs') is not null,
    'duty_table', duties,
    'differences', differences
  );
end
$$;
revoke execute on function public.greedy_schema() from public, anon, authenticated;
grant execute on function public.greedy_schema() to service_role;

-- The above, and with `target` also what comes of writing a row of each kind (greedy_try): the job's first question.
create or replace function public.greedy_begin(target uuid default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return public.greedy_schema() || jsonb_build_object('attempts', public.greedy_try(target));
end
$$;
revoke execute on function public.greedy_begin(uuid) from public, anon, authenticated;
grant execute on function public.greedy_begin(uuid) to service_role;
