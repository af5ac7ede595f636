-- Whether this database would take what the job writes, found out by writing it and rolling back: nothing stays behind.
--
-- `records`: rows as for greedy_write, one of each kind; null: one of each is made up from what there is in the roster, or
-- in the latest one where `target` is null. Gives an array with one object for each attempt, {kind, ok, code, constraint,
-- column, table, trigger, message, hint, context}: kinds active and blocked (a new row, or one in an open slot), open (a row that is
-- taken back), counter and status (where the database has them). `code` is the SQLSTATE; null with ok false: a trigger
-- dropped or changed the row without an error. Empty where there is nothing to try it with.
create or replace function public.greedy_try(target uuid default null, records jsonb default null) returns jsonb
language plpgsql
set lock_timeout = '500ms'
set search_path = ''
as $$
declare
  sample record;
  attempts jsonb := '[]';
  told jsonb := '[]';
  one jsonb;
  stored bigint;
  there record;
  err_code text; err_constraint text; err_column text; err_table text; err_message text; err_hint text; err_context text;
begin
  if jsonb_typeof(records) = 'null' then
    records := null;
  end if;
  if records is null then
    select roster.id as roster_id, person.id as employee_id, day::date as date, part.dagdeel,
      (select id from public.service_types order by actief desc nulls last, code limit 1) as service_id
    into sample
    from public.roosters as roster
    cross join (select id from public.employees order by actief desc nulls last, id limit 20) as person
    cross join generate_series(roster.start_date::date, least(coalesce(roster.end_date::date, roster.start_date::date), roster.start_date::date + 60), '1 day') as day
    cross join unnest(array['O', 'M', 'A']) as part (dagdeel)
    where roster.id = coalesce(target, (select id from public.roosters order by start_date desc, id limit 1))
      and not exists (
        select from public.roster_assignments as taken
        where taken.roster_id = roster.id and taken.employee_id = person.id and taken.date = day::date
          and taken.dagdeel = part.dagdeel and taken.status <> 0
      )
    limit 1;
    if sample.service_id is null then
      return '[]';
    end if;
    target := sample.roster_id;
    records := jsonb_build_array(
      jsonb_build_object('employee_id', sample.employee_id, 'date', sample.date, 'dagdeel', sample.dagdeel,
        'service_id', sample.service_id, 'status', 1, 'source', 'greedy'),
      jsonb_build_object('employee_id', sample.employee_id, 'date', sample.date, 'dagdeel', sample.dagdeel,
        'service_id', null, 'status', 2, 'source', 'greedy-blocking', 'notes', 'Auto-blocked: rest',
        'blocked_by_date', sample.date, 'blocked_by_dagdeel', 'O', 'blocked_by_service_id', sample.service_id)
    );
  end if;
  records := public.greedy_array(records);

  select coalesce(jsonb_agg(jsonb_build_object(
    'kind', case item ->> 'status' when '1' then 'active' else 'blocked' end,
    'row', item || jsonb_build_object('roster_id', target, 'created_at', now())
  )), '[]')
  into attempts from jsonb_array_elements(records) as items (item);
  select attempts || coalesce(jsonb_agg(jsonb_set(active, '{kind}', '"open"')), '[]') into attempts
  from (select active from jsonb_array_elements(attempts) as all_kinds (active) where active ->> 'kind' = 'active' limit 1) as first;
  if exists (
    select from pg_catalog.pg_attribute
    where attrelid = 'public.roster_period_staffing_dagdelen'::regclass and attname = 'invulling' and not attisdropped
  ) then
    attempts := attempts || '[{"kind": "counter"}]';
  end if;
  attempts := attempts || '[{"kind": "status"}]';

  for one in select item from jsonb_array_elements(attempts) as items (item) loop
    err_code := null; err_constraint := null; err_column := null; err_table := null; err_message := null;
    err_hint := null; err_context := null;
    begin
      perform set_config('greedy.job', pg_current_xact_id()::text, true);
      if one ->> 'kind' = 'counter' then
        update public.roster_period_staffing_dagdelen set invulling = 0
        where id = (select id from public.roster_period_staffing_dagdelen where roster_id = target and aantal > 0 limit 1);
      elsif one ->> 'kind' = 'status' then
        update public.roosters set status = 'in_progress' where id = target and status = 'draft';
      else
        -- Somebody may hold the slot of a sample; what is asked is whether the kind of row is taken.
        update public.roster_assignments set status = 0, service_id = null
        where roster_id = target and employee_id = one -> 'row' ->> 'employee_id'
          and date = (one -> 'row' ->> 'date')::date and dagdeel = one -> 'row' ->> 'dagdeel' and status <> 0;
        stored := public.greedy_store(jsonb_build_array(one -> 'row'));
        if one ->> 'kind' = 'open' then
          update public.roster_assignments set status = 0, service_id = null, source = public.greedy_planners_word()
          where roster_id = target and employee_id = one -> 'row' ->> 'employee_id'
            and date = (one -> 'row' ->> 'date')::date and dagdeel = one -> 'row' ->> 'dagdeel';
        end if;
        set constraints all immediate;
        select status, service_id, source into there from public.roster_assignments
        where roster_id = target and employee_id = one -> 'row' ->> 'employee_id'
          and date = (one -> 'row' ->> 'date')::date and dagdeel = one -> 'row' ->> 'dagdeel';
        if stored <> 1 or there.status is null then
          err_message := 'A trigger or a policy on roster_assignments drops the row without an error.';
        elsif one ->> 'kind' <> 'open' and (
          there.status <> (one -> 'row' ->> 'status')::integer or there.source is distinct from one -> 'row' ->> 'source'
          or there.service_id is distinct from (one -> 'row' ->> 'service_id')::uuid
        ) then
          err_message := format(
            'A trigger on roster_assignments changes the row: status %s, service_id %s, source %s.',
            there.status, there.service_id, there.source
          );
        end if;
      end if;
      raise sqlstate 'GRTRY';
    exception
      when sqlstate 'GRTRY' then
        null; -- as always: what was tried is undone
      when query_canceled then
        raise;
      when others then
        get stacked diagnostics err_code = returned_sqlstate, err_constraint = constraint_name, err_column = column_name,
          err_table = table_name, err_message = message_text, err_hint = pg_exception_hint,
          err_context = pg_exception_context;
    end;
    told := told || jsonb_build_array(jsonb_build_object(
      'kind', one ->> 'kind', 'ok', err_message is null, 'code', err_code,
      'constraint', nullif(err_constraint, ''), 'column', nullif(err_column, ''), 'table', nullif(err_table, ''),
      -- Whose function raised it, if it is a trigger's of the table.
      'trigger', (
        select tgname from pg_catalog.pg_trigger join pg_catalog.pg_proc as raising on raising.oid = tgfoid
        where tgrelid = 'public.roster_assignments'::regclass and not tgisinternal
          and err_code is not null and strpos(err_context, ' ' || raising.proname || '(') + strpos(err_context, '.' || raising.proname || '(') > 0
        order by tgname limit 1
      ),
      'message', err_message, 'hint', nullif(err_hint, ''), 'context', nullif(err_context, '')
    ));
  end loop;
  return told;
end
$$;
revoke execute on function public.greedy_try(uuid, jsonb) from public, anon, authenticated;
grant execute on function public.greedy_try(uuid, jsonb) to service_role;
