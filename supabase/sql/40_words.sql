-- A CHECK that refuses a row only for the job's words in `source` allows them from now on, and what it allowed before.
do $$
declare
  old_check record;
  refuses boolean;
begin
  for old_check in
    select conname, pg_get_expr(conbin, conrelid) as expression, convalidated, connoinherit
    from pg_constraint
    where conrelid = 'public.roster_assignments'::regclass and contype = 'c'
      and conkey @> array[(select attnum from pg_attribute where attrelid = conrelid and attname = 'source')]
  loop
    -- Asked with whole rows, so that it does not matter which other columns it names.
    execute format(
      $ask$
        select bool_or(not coalesce(%1$s, true))
        from jsonb_populate_recordset(
          null::public.roster_assignments,
          jsonb_build_array(
            jsonb_build_object(
              'status', 1, 'source', 'greedy', 'date', current_date, 'dagdeel', 'O', 'service_id', gen_random_uuid()
            ),
            jsonb_build_object('status', 2, 'source', 'greedy-blocking', 'date', current_date, 'dagdeel', 'O')
          )
        ) as roster_assignments
      $ask$,
      old_check.expression
    ) into refuses;
    if refuses then
      execute format(
        'alter table public.roster_assignments drop constraint %1$I, '
        'add constraint %1$I check ((%2$s) or source in (''greedy'', ''greedy-blocking'')) %3$s %4$s',
        old_check.conname, old_check.expression,
        case when old_check.connoinherit then 'no inherit' else '' end,
        case when old_check.convalidated then '' else 'not valid' end
      );
    end if;
  end loop;
end
$$;

-- The word for a row that a planner made out of one of the job's: 'manual', if a CHECK forbids that the column's default.
create or replace function public.greedy_planners_word() returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  one record;
  allowed boolean;
  word text;
begin
  for one in
    select pg_get_expr(conbin, conrelid) as expression from pg_constraint
    where conrelid = 'public.roster_assignments'::regclass and contype = 'c'
      and conkey = array[(select attnum from pg_attribute where attrelid = conrelid and attname = 'source')]
  loop
    execute format('select coalesce(%s, true) from (select ''manual''::text as source) as word', one.expression) into allowed;
    if not allowed then
      select pg_get_expr(adbin, adrelid) into word
      from pg_attrdef join pg_attribute on attrelid = adrelid and attnum = adnum
      where adrelid = 'public.roster_assignments'::regclass and attname = 'source';
      if word is not null then
        execute 'select ' || word into word;
      end if;
      return word;
    end if;
  end loop;
  return 'manual';
end
$$;
revoke execute on function public.greedy_planners_word() from public, anon, authenticated;
grant execute on function public.greedy_planners_word() to service_role;
