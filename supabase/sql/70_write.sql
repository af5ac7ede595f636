-- How the job writes: lock first, then judge all rows, then write all rows. The setting `greedy.job` holds the transaction
-- in which one of these functions is at work; that, and nothing in a row, makes a row the job's.

-- How many of a shift's staff fit no place by team. Groen and Oranje take their own team's places, then TOT; Overig what
-- remains. The same as `allocate` in greedy/domain/demand.py; a test proves that the two agree.
create or replace function public.greedy_misfits(
  tot bigint, gro bigint, ora bigint, groen bigint, oranje bigint, overig bigint
) returns bigint
language plpgsql -- keeps its plan; a SQL function with a search_path is planned anew at each call
immutable
set search_path = ''
as $$
begin
  return greatest(0, greatest(0, groen - gro) + greatest(0, oranje - ora) - tot)
    + greatest(
      0,
      overig - greatest(0, tot - greatest(0, groen - gro) - greatest(0, oranje - ora))
        - greatest(0, gro - groen) - greatest(0, ora - oranje)
    );
end
$$;

-- The array in a json argument. Some servers hand it over as a string that holds it.
create or replace function public.greedy_array(argument jsonb) returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  if jsonb_typeof(argument) = 'string' then
    argument := (argument #>> '{}')::jsonb;
  end if;
  if jsonb_typeof(argument) is distinct from 'array' then
    raise exception 'A json array is needed, not %', coalesce(jsonb_typeof(argument), 'null') using errcode = '22023';
  end if;
  return argument;
end
$$;

-- Upserts rows that are judged, with all the columns that both they and the table have. A slot that is not open is left.
create or replace function public.greedy_store(records jsonb) returns bigint
language plpgsql
set plan_cache_mode = 'auto' -- foreign keys and other triggers are checked in here: their plans are kept
set enable_nestloop = on
set search_path = ''
as $$
declare
  names text;
  settings text;
  stored bigint;
begin
  if records is null then
    return 0;
  end if;
  select string_agg(quote_ident(attname), ', ' order by attnum),
    string_agg(format('%1$I = excluded.%1$I', attname), ', ' order by attnum)
      filter (where attname not in ('id', 'roster_id', 'employee_id', 'date', 'dagdeel'))
  into names, settings
  from pg_catalog.pg_attribute
  where attrelid = 'public.roster_assignments'::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attname <> 'updated_at'
    and attname in (select jsonb_object_keys(records -> 0));
  execute format(
    $insert$
      insert into public.roster_assignments as slot (%1$s)
      select %1$s from jsonb_populate_recordset(null::public.roster_assignments, $1)
      on conflict (roster_id, employee_id, date, dagdeel) do update
      set %2$s, updated_at = now()
      where slot.status = 0
    $insert$,
    names, settings
  ) using records;
  get diagnostics stored = row_count;
  return stored;
end
$$;

-- Locks the rows of slots that the job is about to write, without waiting for anyone. Gives the places (from 1) of those
-- that somebody else holds.
create or replace function public.greedy_hold(target uuid, employees text[], dates date[], dagdelen text[])
returns integer[]
language plpgsql
set plan_cache_mode = 'force_custom_plan'
set jit = off
set search_path = ''
as $$
declare
  there integer[];
  held integer[];
begin
  select array_agg(wanted.n::integer) into there
  from unnest(employees, dates, dagdelen) with ordinality as wanted (employee_id, date, dagdeel, n)
  cross join lateral (
    select from public.roster_assignments as existing
    where existing.roster_id = target and existing.employee_id = wanted.employee_id
      and existing.date = wanted.date and existing.dagdeel = wanted.dagdeel
    offset 0
  ) as row_there;
  if there is null then
    return '{}';
  end if;
  select array_agg(slot.n) into held
  from (
    select wanted.n from unnest(there) as wanted (n)
    cross join lateral (
      select existing.id from public.roster_assignments as existing
      where existing.roster_id = target and existing.employee_id = employees[wanted.n]
        and existing.date = dates[wanted.n] and existing.dagdeel = dagdelen[wanted.n]
      for no key update skip locked
    ) as row_there
  ) as slot;
  return array(
    select unnest(there) except select unnest(coalesce(held, '{}'))
  );
end
$$;

-- Judges and writes rows of one roster whose locks are held. See greedy_write.
create or replace function public.greedy_write_held(target uuid, records jsonb, written_at timestamptz) returns jsonb
language plpgsql
set lock_timeout = '100ms' -- far below deadlock_timeout: in a cycle of waits it is the job that gives way
set plan_cache_mode = 'force_custom_plan' -- planned with the rows at hand, not with a guess
set jit = off -- takes longer than the query
set enable_nestloop = off -- joins by hash; the probes of an index are lateral, and stay
set search_path = ''
as $$
declare
  status_names constant text[] := array['OPEN', 'ACTIVE', 'BLOCKED', 'UNAVAILABLE'];
  size constant integer := jsonb_array_length(records);
  employees text[]; dates date[]; dagdelen text[]; services uuid[]; states integer[]; -- the rows, column by column
  rest_of integer[]; rest_employees text[]; rest_dates date[]; rest_dagdelen text[]; -- the rest that the duties need
  now_status integer[]; now_service uuid[]; now_source text[]; now_created timestamptz[]; -- the slots as they are
  busy integer[]; -- rows of which a planner holds the slot, or one of rest
  duties_held uuid[]; -- the duties after which a BLOCKED row may be rest, none of which a planner is taking away
  copies uuid[];
  active jsonb;
  blocked jsonb;
  first_day date;
  last_day date;
  refusals jsonb;
  missing jsonb;
  stored bigint := 0;
  settled bigint := 0;
begin
  select start_date, coalesce(end_date, 'infinity') into first_day, last_day from public.roosters where id = target;
  if not found then
    raise exception 'Roster % does not exist', target using errcode = '23503';
  end if;
  select array_agg(copy.id) into copies
  from public.roosters as own
  join public.roosters as copy on copy.id <> own.id and copy.start_date = own.start_date
    and copy.end_date is not distinct from own.end_date
  where own.id = target;
  copies := coalesce(copies, '{}');

  select array_agg(employee_id order by n), array_agg(date order by n), array_agg(dagdeel order by n),
    array_agg(case when status = 1 then service_id end order by n), array_agg(status order by n)
  into employees, dates, dagdelen, services, states
  from (
    select item ->> 'employee_id', (item ->> 'date')::date, item ->> 'dagdeel', (item ->> 'service_id')::uuid,
      (item ->> 'status')::integer, n
    from jsonb_array_elements(records) with ordinality as items (item, n)
  ) as row_sent (employee_id, date, dagdeel, service_id, status, n);
  if size = 0 then
    return jsonb_build_object('written', 0, 'there', 0, 'missing', '[]'::jsonb, 'repeated', false);
  end if;

  select array_agg(duty.n), array_agg(duty.employee_id), array_agg(duty.date + rest.days), array_agg(rest.rest_dagdeel)
  into rest_of, rest_employees, rest_dates, rest_dagdelen
  from unnest(employees, dates, dagdelen, services) with ordinality as duty (employee_id, date, dagdeel, service_id, n)
  join public.greedy_rest_slots as rest on rest.service_id = duty.service_id and rest.dagdeel = duty.dagdeel;

  -- The slots, their rest, and the duties after which a BLOCKED row is rest.
  select array_agg(duty.id) into duties_held
  from (
    select held.id from unnest(employees, dates, states) as rest (employee_id, date, status)
    cross join lateral (
      select work.id from public.roster_assignments as work
      where work.employee_id = rest.employee_id and work.date between rest.date - 3 and rest.date and work.status = 1
      for share skip locked
    ) as held
    where rest.status = 2
  ) as duty;
  busy := public.greedy_hold(target, employees, dates, dagdelen);
  if rest_of is not null then
    busy := busy || array(
      select rest_of[place]
      from unnest(public.greedy_hold(target, rest_employees, rest_dates, rest_dagdelen)) as place
    );
  end if;

  select array_agg(slot.status order by n), array_agg(slot.service_id order by n), array_agg(slot.source order by n),
    array_agg(slot.created_at order by n)
  into now_status, now_service, now_source, now_created
  from unnest(employees, dates, dagdelen) with ordinality as sent (employee_id, date, dagdeel, n)
  left join lateral (
    select there.status, there.service_id, there.source, there.created_at from public.roster_assignments as there
    where there.roster_id = target and there.employee_id = sent.employee_id
      and there.date = sent.date and there.dagdeel = sent.dagdeel
    offset 0
  ) as slot on true;

  -- The answer to this very writing got lost, and it is sent again: tell what is there, and change nothing.
  if written_at = any (now_created) then
    select coalesce(
        jsonb_agg(
          jsonb_build_object(
            'employee_id', employees[n], 'date', dates[n], 'dagdeel', dagdelen[n],
            'now', jsonb_build_object('status', now_status[n], 'service_id', now_service[n], 'source', now_source[n])
          )
          order by n
        ) filter (where not stands),
        '[]'
      ),
      count(*) filter (where stands)
    into missing, settled
    from generate_series(1, size) as n
    cross join lateral (
      select now_status[n] is not distinct from states[n] and (states[n] = 2 or now_service[n] = services[n])
    ) as kept (stands);
    return jsonb_build_object('written', 0, 'there', settled, 'missing', missing, 'repeated', true);
  end if;

  with sent as materialized (
    select n::integer, employee_id, date, dagdeel, service_id, status, coalesce(now_status[n], 0) as taken
    from unnest(employees, dates, dagdelen, services, states) with ordinality
      as one (employee_id, date, dagdeel, service_id, status, n)
  ),
  -- What else these people do on the days from which rest reaches here, and to which rest of theirs reaches: read once for
  -- each stretch of days of a person, not for each row.
  asked as materialized (
    select employee_id, date, date - lag(date) over (partition by employee_id order by date) > 6 as begins
    from sent where taken = 0 or status = 2
  ),
  stretch as materialized (
    select employee_id, min(date) - 3 as first_day, max(date) + 3 as last_day
    from (
      select employee_id, date, count(*) filter (where begins) over (partition by employee_id order by date) as number
      from asked
    ) as numbered
    group by employee_id, number
  ),
  work as materialized (
    select there.*
    from stretch
    cross join lateral (
      select there.id, there.employee_id, there.roster_id, there.date, there.dagdeel, there.service_id, there.status
      from public.roster_assignments as there
      where there.employee_id = stretch.employee_id and there.date between stretch.first_day and stretch.last_day
        and there.status in (1, 3) and there.roster_id <> all (copies)
      offset 0
    ) as there
  ),
  near as materialized (
    select sent.n, sent.employee_id, sent.date, sent.dagdeel, sent.status as sent_status, sent.service_id as sent_service,
      work.id, work.roster_id, work.date as work_date, work.dagdeel as work_dagdeel, work.service_id, work.status
    from sent join work on work.employee_id = sent.employee_id and work.date between sent.date - 3 and sent.date + 3
    where sent.taken = 0 or sent.status = 2
  ),
  -- Rest after duties that are there, and after those that come with this writing.
  resting as materialized (
    select distinct on (n) n, duty_date, duty_dagdeel, service_id, code
    from (
      select near.n, near.work_date as duty_date, near.work_dagdeel as duty_dagdeel, near.service_id, rest.code
      from near
      join public.greedy_rest_slots as rest on rest.service_id = near.service_id and rest.dagdeel = near.work_dagdeel
      where near.status = 1 and near.work_date + rest.days = near.date and rest.rest_dagdeel = near.dagdeel
        and (near.sent_status = 1 or near.id = any (duties_held))
      union all
      select sent.n, dates[duty], dagdelen[duty], services[duty], service.code
      from sent
      join unnest(rest_of, rest_employees, rest_dates, rest_dagdelen) as rest (duty, employee_id, date, dagdeel)
        using (employee_id, date, dagdeel)
      join public.service_types as service on service.id = services[duty]
    ) as duty
    order by n, duty_date, strpos('OMA', duty_dagdeel)
  ),
  -- Work where a duty needs rest.
  rest_taken as materialized (
    select distinct on (n) n, code, slot_date, slot_dagdeel, status, roster_id
    from (
      select near.n, rest.code, near.work_date as slot_date, near.work_dagdeel as slot_dagdeel, near.status, near.roster_id
      from near
      join public.greedy_rest_slots as rest on rest.service_id = near.sent_service and rest.dagdeel = near.dagdeel
      where near.sent_status = 1
        and near.work_date = near.date + rest.days and near.work_dagdeel = rest.rest_dagdeel
        -- Who is UNAVAILABLE on a later day rests already; on the day of the duty it means that the duty cannot be done.
        and (near.status = 1 or (near.work_date = near.date and near.roster_id = target))
      union all
      select rest.duty, service.code, sent.date, sent.dagdeel, 1, target
      from sent
      join unnest(rest_of, rest_employees, rest_dates, rest_dagdelen) as rest (duty, employee_id, date, dagdeel)
        using (employee_id, date, dagdeel)
      join public.service_types as service on service.id = services[duty]
      where sent.status = 1
    ) as found
    order by n, slot_date, strpos('OMA', slot_dagdeel), roster_id
  ),
  elsewhere as materialized (
    select distinct on (n) n, near.roster_id, near.service_id from near
    where near.sent_status = 1 and near.status = 1 and near.roster_id <> target
      and near.work_date = near.date and near.work_dagdeel = near.dagdeel
    order by n, near.roster_id
  ),
  first_look as materialized (
    select sent.*, service.code, quota.aantal as quota, coalesce(person.team, 'Overig') as team,
      case
        when service.id is null and sent.status = 1 then array['unqualified', 'is of a service that does not exist']
        when sent.status = 2 and sent.taken = 2 then null -- the trigger was faster
        when sent.taken <> 0 then array['taken', 'is now ' || status_names[sent.taken + 1] || coalesce(' (' || holder.code || ')', '')]
        when sent.n = any (busy) then array['busy', 'is being edited']
        when sent.date not between first_day and last_day then array['period', 'is outside the roster''s period now']
        when sent.status = 2 and resting.n is null then array['no_rest', 'needs to be no rest any more']
        when sent.status = 2 then null
        when elsewhere.n is not null then array[
          'elsewhere',
          format('is now ACTIVE (%s) in roster %s', (select code from public.service_types where id = elsewhere.service_id), elsewhere.roster_id)
        ]
        when resting.n is not null then array[
          'resting',
          format('is now rest (Auto-blocked: rest after %s on %s %s)', resting.code, to_char(resting.duty_date, 'YYYY-MM-DD'), resting.duty_dagdeel)
        ]
        when rest_taken.n is not null then array[
          'rest_taken',
          format(
            ': rest after %s needs %s %s, which is now %s in roster %s', rest_taken.code,
            to_char(rest_taken.slot_date, 'YYYY-MM-DD'), rest_taken.slot_dagdeel, status_names[rest_taken.status + 1],
            rest_taken.roster_id
          )
        ]
        when quota.aantal is null then array['unqualified', 'is for someone who may not do ' || service.code || ' any more']
      end as objection,
      resting.duty_date, resting.duty_dagdeel, resting.service_id as duty_service, resting.code as duty_code
    from sent
    left join public.service_types as service on service.id = sent.service_id
    left join public.service_types as holder on holder.id = now_service[sent.n]
    left join resting on resting.n = sent.n
    left join rest_taken on rest_taken.n = sent.n
    left join elsewhere on elsewhere.n = sent.n
    left join public.employees as person on person.id = sent.employee_id
    left join lateral (
      select qualification.aantal
      from public.roster_employee_services as qualification
      where qualification.roster_id = target and qualification.employee_id = sent.employee_id
        and qualification.service_id = sent.service_id and qualification.actief
      offset 0
    ) as quota on person.actief and service.actief
  ),
  used as materialized (
    select person.employee_id, shift.service_id, shift.used
    from (select distinct employee_id from first_look where status = 1 and objection is null) as person
    cross join lateral (
      -- Not `where status = 1`: without statistics that is sought in the index of all ACTIVE rows there are.
      select there.service_id, count(*) filter (where there.status = 1) as used from public.roster_assignments as there
      where there.roster_id = target and there.employee_id = person.employee_id
      group by there.service_id
      offset 0
    ) as shift
  ),
  second_look as materialized (
    select look.*,
      case
        when look.status = 1 and look.objection is null
          and coalesce(used.used, 0)
            + count(*) filter (where look.status = 1 and look.objection is null)
              over (partition by look.employee_id, look.service_id order by look.n)
            > look.quota
        then array['quota', 'is beyond the quota of ' || look.code || ' now']
      end as quota_objection
    from first_look as look
    left join used on used.employee_id = look.employee_id and used.service_id = look.service_id
  ),
  shift as materialized (
    select distinct date, dagdeel, service_id from second_look
    where status = 1 and objection is null and quota_objection is null
  ),
  demand as materialized (
    select shift.date, shift.dagdeel, shift.service_id, need.tot, need.gro, need.ora
    from shift
    cross join lateral (
      select
        coalesce(sum(need.aantal) filter (where need.team = 'TOT'), 0) as tot,
        coalesce(sum(need.aantal) filter (where need.team = 'GRO'), 0) as gro,
        coalesce(sum(need.aantal) filter (where need.team = 'ORA'), 0) as ora
      from public.roster_period_staffing_dagdelen as need
      where need.roster_id = target and need.date = shift.date and need.dagdeel = shift.dagdeel
        and need.service_id = shift.service_id and need.status <> 'MAG_NIET'
      offset 0
    ) as need
  ),
  staff as materialized (
    select work.date, work.dagdeel, work.service_id,
      count(*) filter (where person.team = 'Groen') as groen,
      count(*) filter (where person.team = 'Oranje') as oranje,
      count(*) filter (where person.team is distinct from 'Groen' and person.team is distinct from 'Oranje') as overig
    from (select distinct date from shift) as day
    cross join lateral (
      select there.employee_id, there.date, there.dagdeel, there.service_id from public.roster_assignments as there
      where there.date = day.date and there.status = 1 and there.roster_id = target
      offset 0
    ) as work
    join public.employees as person on person.id = work.employee_id
    group by work.date, work.dagdeel, work.service_id
  ),
  headcount as materialized (
    select look.n, look.code, look.team, demand.tot, demand.gro, demand.ora,
      coalesce(staff.groen, 0) + count(*) filter (where look.team = 'Groen') over earlier as groen,
      coalesce(staff.oranje, 0) + count(*) filter (where look.team = 'Oranje') over earlier as oranje,
      coalesce(staff.overig, 0) + count(*) filter (where look.team not in ('Groen', 'Oranje')) over earlier as overig
    from second_look as look
    join demand using (date, dagdeel, service_id)
    left join staff using (date, dagdeel, service_id)
    where look.status = 1 and look.objection is null and look.quota_objection is null
    window earlier as (partition by look.date, look.dagdeel, look.service_id order by look.n)
  ),
  -- Headcounts with this row and those before it.
  third_look as materialized (
    select n, case
      when groen + oranje + overig > tot + gro + ora then array['demand', 'is one more than ' || code || ' needs now']
      when public.greedy_misfits(tot::bigint, gro::bigint, ora::bigint, groen, oranje, overig) > 0
        and public.greedy_misfits(tot::bigint, gro::bigint, ora::bigint, groen, oranje, overig) > public.greedy_misfits(
          tot::bigint, gro::bigint, ora::bigint,
          groen - (team = 'Groen')::integer, oranje - (team = 'Oranje')::integer,
          overig - (team not in ('Groen', 'Oranje'))::integer
        )
        then array['team', 'is of a team that ' || code || ' does not need now']
      end as objection
    from headcount
  ),
  judged as (
    select look.*, coalesce(look.objection, look.quota_objection, third.objection) as reason
    from second_look as look left join third_look as third using (n)
  )
  select
    jsonb_agg(
      jsonb_build_object(
        'employee_id', employee_id, 'date', date, 'dagdeel', dagdeel, 'service_id', service_id,
        'reason', reason[1],
        'words', format('Roster %s, employee %s, %s %s', target, employee_id, to_char(date, 'YYYY-MM-DD'), dagdeel)
          || case when reason[2] like ':%' then '' else ' ' end || reason[2] || '.',
        'now', jsonb_build_object('status', now_status[n], 'service_id', now_service[n], 'source', now_source[n])
      )
      order by n
    ) filter (where reason is not null),
    jsonb_agg(
      (records -> (n - 1)) || jsonb_build_object('roster_id', target, 'created_at', written_at) order by n
    ) filter (where status = 1 and taken = 0),
    -- With the stamp and the note of its duty, which may be another than the job knew of.
    jsonb_agg(
      (records -> (n - 1)) || jsonb_build_object(
        'roster_id', target, 'created_at', written_at, 'service_id', null,
        'notes', 'Auto-blocked: rest after ' || duty_code || ' on ' || to_char(duty_date, 'YYYY-MM-DD') || ' ' || duty_dagdeel,
        'blocked_by_date', duty_date, 'blocked_by_dagdeel', duty_dagdeel, 'blocked_by_service_id', duty_service
      )
      order by n
    ) filter (where status = 2 and taken = 0),
    count(*) filter (where taken <> 0)
  into refusals, active, blocked, settled
  from judged;

  if refusals is not null then
    raise sqlstate 'PT409' using
      message = refusals -> 0 ->> 'words',
      detail = refusals::text,
      hint = case refusals -> 0 ->> 'reason'
        when 'no_rest' then 'Look again which duties there are.' else 'Reload the roster and assign again.'
      end;
  end if;

  perform public.greedy_clear(target, rest_employees, rest_dates, rest_dagdelen);
  stored := public.greedy_store(active) + public.greedy_store(blocked);

  -- What a planner took at this very moment, and what a trigger dropped or changed.
  select
    jsonb_agg(
      jsonb_build_object(
        'employee_id', employees[n], 'date', dates[n], 'dagdeel', dagdelen[n], 'service_id', services[n],
        'reason', 'taken',
        'words', format(
          'Roster %s, employee %s, %s %s is now %s.', target, employees[n], to_char(dates[n], 'YYYY-MM-DD'), dagdelen[n],
          status_names[slot.status + 1]
        ),
        'now', jsonb_build_object('status', slot.status, 'service_id', slot.service_id, 'source', slot.source)
      )
      order by n
    ) filter (where slot.status <> 0 and slot.created_at is distinct from written_at),
    coalesce(
    jsonb_agg(
      jsonb_build_object(
        'employee_id', employees[n], 'date', dates[n], 'dagdeel', dagdelen[n],
        'now', jsonb_build_object('status', slot.status, 'service_id', slot.service_id, 'source', slot.source)
      )
      order by n
    ),
    '[]'
  )
  into refusals, missing
  from generate_series(1, size) as n
  left join lateral (
    select there.status, there.service_id, there.source, there.created_at from public.roster_assignments as there
    where there.roster_id = target and there.employee_id = employees[n]
      and there.date = dates[n] and there.dagdeel = dagdelen[n]
    offset 0
  ) as slot on true
  where slot.status is distinct from states[n] or (states[n] = 1 and slot.service_id is distinct from services[n]);
  if refusals is not null then
    raise sqlstate 'PT409' using message = refusals -> 0 ->> 'words', detail = refusals::text,
      hint = 'Reload the roster and assign again.';
  end if;
  return jsonb_build_object('written', stored, 'there', settled, 'missing', missing, 'repeated', false);
end
$$;

-- Takes from open slots that become rest what they may still carry: a service, the requirement whose place they filled.
create or replace function public.greedy_clear(target uuid, employees text[], dates date[], dagdelen text[]) returns void
language plpgsql
set plan_cache_mode = 'auto'
set enable_nestloop = on
set search_path = ''
as $$
declare
  has_requirement constant boolean := exists (
    select from pg_catalog.pg_attribute
    where attrelid = 'public.roster_assignments'::regclass and attname = 'roster_period_staffing_dagdelen_id'
      and not attisdropped
  );
begin
  if employees is null then
    return;
  end if;
  execute format(
    $update$
      update public.roster_assignments as slot set service_id = null %1$s
      from (
        select distinct wanted.employee_id, wanted.date, wanted.dagdeel
        from unnest($2, $3, $4) as wanted (employee_id, date, dagdeel)
        cross join lateral (
          select from public.roster_assignments as there
          where there.roster_id = $1 and there.employee_id = wanted.employee_id and there.date = wanted.date
            and there.dagdeel = wanted.dagdeel and there.status = 0 and (there.service_id is not null %2$s)
          offset 0
        ) as stale
      ) as stale
      where slot.roster_id = $1 and slot.employee_id = stale.employee_id and slot.date = stale.date
        and slot.dagdeel = stale.dagdeel
    $update$,
    case when has_requirement then ', roster_period_staffing_dagdelen_id = null' else '' end,
    case when has_requirement then 'or there.roster_period_staffing_dagdelen_id is not null' else '' end
  ) using target, employees, dates, dagdelen;
end
$$;

-- Opens what `taken_back` names, whose locks are held. False if not all of it is as it was read.
create or replace function public.greedy_take_back(target uuid, taken_back jsonb) returns jsonb
language plpgsql
set lock_timeout = '100ms'
set plan_cache_mode = 'force_custom_plan'
set jit = off
set search_path = ''
as $$
declare
  employees text[]; dates date[]; dagdelen text[]; services uuid[]; sources text[];
  busy integer[];
  refusals jsonb;
  word constant text := public.greedy_planners_word();
  has_requirement constant boolean := exists (
    select from pg_catalog.pg_attribute
    where attrelid = 'public.roster_assignments'::regclass and attname = 'roster_period_staffing_dagdelen_id'
      and not attisdropped
  );
begin
  select array_agg(item ->> 'employee_id' order by n), array_agg((item ->> 'date')::date order by n),
    array_agg(item ->> 'dagdeel' order by n), array_agg((item ->> 'service_id')::uuid order by n),
    array_agg(coalesce(item ->> 'source', 'greedy') order by n)
  into employees, dates, dagdelen, services, sources
  from jsonb_array_elements(taken_back) with ordinality as items (item, n);
  if employees is null then
    return null;
  end if;
  busy := public.greedy_hold(target, employees, dates, dagdelen);

  select jsonb_agg(
    jsonb_build_object(
      'employee_id', was.employee_id, 'date', was.date, 'dagdeel', was.dagdeel, 'service_id', was.service_id,
      'reason', case when was.n = any (busy) then 'busy' else 'changed' end,
      'words', format(
        'Roster %s, employee %s, %s %s %s.', target, was.employee_id, to_char(was.date, 'YYYY-MM-DD'), was.dagdeel,
        case when was.n = any (busy) then 'is being edited' else 'is no longer as the job planned it' end
      ),
      'now', jsonb_build_object('status', slot.status, 'service_id', slot.service_id, 'source', slot.source)
    )
    order by was.date, strpos('OMA', was.dagdeel), was.employee_id
  )
  into refusals
  from unnest(employees, dates, dagdelen, services, sources) with ordinality
    as was (employee_id, date, dagdeel, service_id, source, n)
  left join lateral (
    select there.status, there.service_id, there.source from public.roster_assignments as there
    where there.roster_id = target and there.employee_id = was.employee_id
      and there.date = was.date and there.dagdeel = was.dagdeel
    offset 0
  ) as slot on true
  where was.n = any (busy)
    or (slot.status, slot.service_id, slot.source) is distinct from (1, was.service_id, was.source);
  if refusals is not null then
    return refusals;
  end if;

  perform set_config('plan_cache_mode', 'auto', true); -- as in greedy_store
  execute format(
    $update$
      update public.roster_assignments as slot
      set status = 0, service_id = null, source = $1, updated_at = now() %s -- open: whoever fills it next is not this job
      from unnest($3, $4, $5) as was (employee_id, date, dagdeel)
      where slot.roster_id = $2 and slot.employee_id = was.employee_id and slot.date = was.date
        and slot.dagdeel = was.dagdeel
    $update$,
    case when has_requirement then ', roster_period_staffing_dagdelen_id = null' else '' end
  ) using word, target, employees, dates, dagdelen;
  -- The blocking trigger did the same, where it is enabled.
  perform public.greedy_open_rest(employees, dates, dagdelen, services);
  return null;
end
$$;

-- Takes back and writes, once all locks are had; tries again while somebody is in the way, five seconds at most.
create or replace function public.greedy_locked(
  target uuid, taken_back jsonb, planned jsonb, written_at timestamptz
) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  patience constant timestamptz := clock_timestamp() + interval '5 s';
  answer jsonb;
  refusals jsonb;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    -- What it judges by would be as it was before it had the locks.
    raise sqlstate 'PT501' using
      message = format('The job writes at READ COMMITTED, and this database lets it begin at %s.', current_setting('transaction_isolation')),
      hint = 'alter role authenticator reset default_transaction_isolation; notify pgrst, ''reload config'';';
  end if;
  loop
    begin
      if public.greedy_take(target) then
        perform set_config('greedy.job', pg_current_xact_id()::text, true);
        -- A repeat after a lost answer finds nothing as it was read, and everything as it was planned.
        if taken_back is not null and not (
          exists (
            select from jsonb_array_elements(planned) as items (item)
            cross join lateral (
              select from public.roster_assignments as there
              where there.roster_id = target and there.employee_id = item ->> 'employee_id'
                and there.date = (item ->> 'date')::date and there.dagdeel = item ->> 'dagdeel'
                and there.created_at = written_at
              offset 0
            ) as mark
          )
          or (
            jsonb_array_length(planned) = 0 and not exists (
              select from jsonb_array_elements(taken_back) as items (item)
              cross join lateral (
                select from public.roster_assignments as there
                where there.roster_id = target and there.employee_id = item ->> 'employee_id'
                  and there.date = (item ->> 'date')::date and there.dagdeel = item ->> 'dagdeel' and there.status = 1
                offset 0
              ) as still_there
            )
          )
        ) then
          refusals := public.greedy_take_back(target, taken_back);
          if refusals is not null then
            raise sqlstate 'PT409' using message = refusals -> 0 ->> 'words', detail = refusals::text,
              hint = 'Reload the roster and plan again.';
          end if;
        end if;
        answer := public.greedy_write_held(target, planned, written_at);
        perform set_config('greedy.job', '', true);
        return answer;
      end if;
      raise lock_not_available;
    exception when lock_not_available or deadlock_detected then
      null; -- rolled back to `begin`: every lock that was had is free again
    end;
    if clock_timestamp() > patience then
      raise lock_not_available using
        message = format('Roster %s is being edited: a change of it, or of a roster beside it, was not finished in 5 s.', target),
        hint = 'Nothing was written. Run again when the edit is done; pg_stat_activity shows who is idle in transaction.';
    end if;
    perform pg_sleep(0.01 + 0.04 * random());
  end loop;
end
$$;

-- Writes rows of one roster, all or none.
--
-- `records`: array of objects with the columns of roster_assignments, all with the same keys; employee_id, date, dagdeel,
-- service_id, status (1 or 2) and source are needed. Columns that the table does not have are left out.
-- `written_at` becomes created_at, the mark of this writing: sent again with it after a lost answer, nothing changes.
--
-- Gives {written, there, missing, repeated}: rows written, BLOCKED ones that were there already, those that are not as
-- they were sent (a trigger of the database dropped or changed them), whether this was a repeat.
--
-- Errors: PT409, with all refused rows as a json array in DETAIL: {employee_id, date, dagdeel, service_id, reason, words,
-- now: {status, service_id, source}}; reason: taken, busy, period, no_rest, elsewhere, resting, rest_taken, unqualified,
-- quota, demand, team. 55P03: somebody was in the way for 5 s.
create or replace function public.greedy_write(target uuid, records jsonb, written_at timestamptz) returns jsonb
language plpgsql
set default_transaction_isolation = 'read committed' -- PostgREST begins at what stands here
set search_path = ''
as $$
begin
  return public.greedy_locked(target, null, public.greedy_array(records), written_at);
end
$$;

-- Opens the duties of the job that `taken_back` names, {employee_id, date, dagdeel, service_id, source}, and writes
-- `planned` as greedy_write does, in one transaction. What is taken back must be as the job read it, else PT409 with the
-- reason `changed` or `busy`.
create or replace function public.greedy_replan(
  target uuid, taken_back jsonb, planned jsonb, written_at timestamptz
) returns jsonb
language plpgsql
set default_transaction_isolation = 'read committed'
set search_path = ''
as $$
begin
  return public.greedy_locked(target, public.greedy_array(taken_back), public.greedy_array(planned), written_at);
end
$$;

-- Ends a run: sets `invulling` of requirements to the numbers given, [{id, invulling, was}], whatever the database's own
-- trigger made of it, and a draft roster to in_progress if `begun`. With `was`, the counter as the job read it, none is
-- set unless one of them has moved since: nothing keeps it then. Gives {counters, busy, status}: how many were set,
-- how many somebody was editing, the roster's status. Where the database keeps no counter, none is set.
create or replace function public.greedy_finish(target uuid, counters jsonb, begun boolean) returns jsonb
language plpgsql
set lock_timeout = '100ms'
set search_path = ''
as $$
declare
  requirements uuid[];
  numbers integer[];
  held uuid[];
  told bigint := 0;
  now_status text;
begin
  if exists (
    select from pg_catalog.pg_attribute
    where attrelid = 'public.roster_period_staffing_dagdelen'::regclass and attname = 'invulling' and not attisdropped
  ) then
    select array_agg((item ->> 'id')::uuid), array_agg((item ->> 'invulling')::integer) into requirements, numbers
    from jsonb_array_elements(public.greedy_array(counters)) as items (item);
    if exists (select from jsonb_array_elements(public.greedy_array(counters)) as items (item) where item ? 'was')
      and not exists (
        select from jsonb_array_elements(public.greedy_array(counters)) as items (item)
        join public.roster_period_staffing_dagdelen as need on need.id = (item ->> 'id')::uuid
        where need.invulling is distinct from (item ->> 'was')::integer
      )
    then
      requirements := null;
    end if;
    held := array(
      select id from public.roster_period_staffing_dagdelen
      where id = any (requirements) and roster_id = target
      order by id for no key update skip locked
    );
    update public.roster_period_staffing_dagdelen as need set invulling = counter.invulling
    from unnest(requirements, numbers) as counter (id, invulling)
    where need.id = counter.id and need.id = any (held) and need.invulling is distinct from counter.invulling;
    told := coalesce(cardinality(held), 0);
  end if;
  if begun then
    update public.roosters set status = 'in_progress' where id = target and status = 'draft';
  end if;
  select status into now_status from public.roosters where id = target;
  return jsonb_build_object(
    'counters', told, 'busy', coalesce(cardinality(requirements), 0) - told, 'status', now_status
  );
end
$$;

revoke execute on function
  public.greedy_misfits(bigint, bigint, bigint, bigint, bigint, bigint), public.greedy_array(jsonb),
  public.greedy_store(jsonb), public.greedy_hold(uuid, text[], date[], text[]),
  public.greedy_write_held(uuid, jsonb, timestamptz), public.greedy_clear(uuid, text[], date[], text[]),
  public.greedy_take_back(uuid, jsonb), public.greedy_locked(uuid, jsonb, jsonb, timestamptz),
  public.greedy_write(uuid, jsonb, timestamptz), public.greedy_replan(uuid, jsonb, jsonb, timestamptz),
  public.greedy_finish(uuid, jsonb, boolean)
from public, anon, authenticated;
grant execute on function
  public.greedy_misfits(bigint, bigint, bigint, bigint, bigint, bigint), public.greedy_array(jsonb),
  public.greedy_store(jsonb), public.greedy_hold(uuid, text[], date[], text[]),
  public.greedy_write_held(uuid, jsonb, timestamptz), public.greedy_clear(uuid, text[], date[], text[]),
  public.greedy_take_back(uuid, jsonb), public.greedy_locked(uuid, jsonb, jsonb, timestamptz),
  public.greedy_write(uuid, jsonb, timestamptz), public.greedy_replan(uuid, jsonb, jsonb, timestamptz),
  public.greedy_finish(uuid, jsonb, boolean)
to service_role;
