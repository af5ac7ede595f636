-- Whether this database would take what the job writes, found out by writing it and rolling back: nothing stays behind.
--
-- `records`: rows as for greedy_write, one of each kind; null: they are made up from what there is in the roster, or in the
-- latest one where `target` is null, for a slot that has a row and for one that has none, as other triggers and checks
-- may judge the one and the other. Gives an array with one object for each attempt, {kind, ok, code, constraint, column,
-- table, trigger, message, hint, context}: kinds active and blocked, open (a row that is taken back), counter and status
-- (where the database has them). `code` is the SQLSTATE; null with ok false: a trigger dropped or changed the row without
-- an error. Empty where there is nothing to try it with.
create or replace function public.greedy_try(target uuid default null, records jsonb default null) returns jsonb
language plpgsql
set lock_timeout = '500ms'
set search_path = ''
as $$
declare
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
    target := coalesce(target, (select id from public.roosters order by start_date desc, id limit 1));
    with qualified as materialized (
      select distinct on (quota.employee_id) quota.employee_id, quota.service_id
      from public.roster_employee_services as quota
      join public.employees as employee on employee.id = quota.employee_id and employee.actief
      join public.service_types as service on service.id = quota.service_id and service.actief
      where quota.roster_id = target and quota.actief and quota.aantal > 0
      order by quota.employee_id, service.code
      limit 20
    ),
    person as (
      select employee_id, service_id from qualified
      union all (
        select employee.id, service.id from public.employees as employee, public.service_types as service
        where not exists (select from qualified)
        order by employee.actief desc nulls last, employee.id, service.actief desc nulls last, service.code
        limit 1
      )
    ),
    sample as (
      select distinct on (held.status is null) person.employee_id, person.service_id, day::date as date, part.dagdeel
      from public.roosters as roster
      cross join person
      cross join generate_series(
        roster.start_date::date,
        least(coalesce(roster.end_date::date, roster.start_date::date), roster.start_date::date + 60), '1 day'
      ) as day
      cross join unnest(array['O', 'M', 'A']) as part (dagdeel)
      left join lateral (
        select slot.status from public.roster_assignments as slot
        where slot.roster_id = roster.id and slot.employee_id = person.employee_id and slot.date = day::date
          and slot.dagdeel = part.dagdeel
        offset 0
      ) as held on true
      where roster.id = target and coalesce(held.status, 0) = 0
      order by held.status is null, day::date < current_date, person.employee_id, day, part.dagdeel
    )
    select jsonb_agg(record) into records
    from sample
    cross join lateral (
      values
        (jsonb_build_object('employee_id', employee_id, 'date', date, 'dagdeel', dagdeel,
          'service_id', service_id, 'status', 1, 'source', 'greedy')),
        (jsonb_build_object('employee_id', employee_id, 'date', date, 'dagdeel', dagdeel,
          'service_id', null, 'status', 2, 'source', 'greedy-blocking', 'notes', 'Auto-blocked: rest',
          'blocked_by_date', date, 'blocked_by_dagdeel', 'O', 'blocked_by_service_id', service_id))
    ) as kind (record);
    if records is null then
      return '[]';
    end if;
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
