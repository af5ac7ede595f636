-- Replanning: the job takes back what its earlier runs planned, and plans anew. Two things make that safe: a row that a
-- planner has edited is the planner's from then on, and what is taken back and what takes its place is one transaction.

-- An edit by a planner's application, which sends neither source nor created_at anew, makes a duty of the job theirs.
create function public.greedy_hand_over() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.source := 'manual';
  return new;
end
$$;

-- After the guard: a row that it gave back is no edit. Before updated_at, which judges what is left.
create trigger roster_assignments_25_hand_over
before update on public.roster_assignments
for each row when (
  old.status = 1 and old.source = 'greedy' and new.source = old.source and new.created_at = old.created_at
  and (old.roster_id, old.employee_id, old.date, old.dagdeel, old.service_id, old.status, old.notes)
    is distinct from (new.roster_id, new.employee_id, new.date, new.dagdeel, new.service_id, new.status, new.notes)
)
execute function public.greedy_hand_over();

-- Opens the duties of the job that `taken_back` names, and then writes those of `planned`, all or nothing. Both are
-- arrays of {employee_id, date, dagdeel, service_id}; `written_at` becomes created_at, the mark of this writing. Gives
-- those of the planned rows that bear it.
--
-- All that is taken back must still be as the job read it, else PT409, as of the guard: reload and plan again. A repeat
-- after a lost answer finds everything as planned, and changes nothing.
create function public.greedy_replan(target uuid, taken_back jsonb, planned jsonb, written_at timestamptz) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  advice constant text := 'Reload the roster and plan again.';
  changed text;
  written jsonb;
begin
  perform pg_advisory_xact_lock(hashtextextended('greedy', 0)); -- the guard's, alone: before any row is locked
  perform from public.roster_assignments as slot
  join jsonb_to_recordset(taken_back) as was (employee_id text, date date, dagdeel text)
    using (employee_id, date, dagdeel)
  where slot.roster_id = target
  for update of slot;

  select format('Roster %s, employee %s, %s %s', target, was.employee_id, to_char(was.date, 'YYYY-MM-DD'), was.dagdeel)
  into changed
  from jsonb_to_recordset(taken_back) as was (employee_id text, date date, dagdeel text, service_id uuid)
  where not exists (
    select from public.roster_assignments as slot
    where slot.roster_id = target
      and (slot.employee_id, slot.date, slot.dagdeel, slot.service_id)
        = (was.employee_id, was.date, was.dagdeel, was.service_id)
      and slot.status = 1
      and slot.source = 'greedy'
  )
  order by was.date, strpos('OMA', was.dagdeel), was.employee_id
  limit 1;

  if changed is null then
    -- The blocking trigger opens the rest of these duties, or passes it to another duty.
    update public.roster_assignments as slot
    set status = 0, service_id = null, source = 'manual' -- open: whoever fills it next is not this job
    from jsonb_to_recordset(taken_back) as was (employee_id text, date date, dagdeel text)
    where slot.roster_id = target
      and (slot.employee_id, slot.date, slot.dagdeel) = (was.employee_id, was.date, was.dagdeel);

    -- Where that trigger is missing, the rest opens here.
    update public.roster_assignments as slot
    set status = 0, source = 'blocking-trigger', notes = null
    from jsonb_to_recordset(taken_back) as was (employee_id text, date date, dagdeel text, service_id uuid)
    join public.service_types as service on service.id = was.service_id
    cross join lateral public.greedy_rest_slots(service.code, was.date, was.dagdeel) as rest
    where slot.roster_id = target
      and (slot.employee_id, slot.date, slot.dagdeel) = (was.employee_id, rest.rest_date, rest.rest_dagdeel)
      and slot.status = 2
      and slot.source in ('greedy-blocking', 'blocking-trigger')
      and not exists (
        select from public.greedy_blocking_duty(slot.employee_id, target, slot.date, slot.dagdeel)
      );

    insert into public.roster_assignments as slot (
      roster_id, employee_id, date, dagdeel, service_id, status, source, created_at
    )
    select target, employee_id, date, dagdeel, service_id, 1, 'greedy', written_at
    from jsonb_to_recordset(planned) as duty (employee_id text, date date, dagdeel text, service_id uuid)
    on conflict (roster_id, employee_id, date, dagdeel) do update
    set service_id = excluded.service_id,
      status = excluded.status,
      source = excluded.source,
      created_at = excluded.created_at; -- by which the guard knows the job
  end if;

  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'employee_id', slot.employee_id, 'date', slot.date, 'dagdeel', slot.dagdeel,
        'service_id', slot.service_id, 'status', slot.status
      )
    ),
    '[]'
  )
  into written
  from jsonb_to_recordset(planned) as duty (employee_id text, date date, dagdeel text, service_id uuid)
  join public.roster_assignments as slot using (employee_id, date, dagdeel, service_id)
  where slot.roster_id = target and slot.status = 1 and slot.source = 'greedy' and slot.created_at = written_at;

  -- Something is not as the job read it: fine if all is as it planned, which is how a lost answer looks.
  if changed is not null and (
    jsonb_array_length(written) < jsonb_array_length(planned)
    or exists (
      select from jsonb_to_recordset(taken_back) as was (employee_id text, date date, dagdeel text, service_id uuid)
      join public.roster_assignments as slot using (employee_id, date, dagdeel, service_id)
      where slot.roster_id = target and slot.status = 1
    )
  ) then
    raise sqlstate 'PT409' using message = changed || ' is no longer as the job planned it.', hint = advice;
  end if;
  return written;
end
$$;

revoke execute on function public.greedy_hand_over(), public.greedy_replan(uuid, jsonb, jsonb, timestamptz)
from public, anon, authenticated;
grant execute on function public.greedy_replan(uuid, jsonb, jsonb, timestamptz) to service_role;
