-- On-call duties need rest. The trigger keeps that rest in the roster as BLOCKED rows, whoever plans the duty.

-- The duty table. It stands nowhere else in SQL; greedy_schema() shows it to the job, which has the same in Python.
create function public.greedy_rest_slots(code text, duty_date date, duty_dagdeel text)
returns table (rest_date date, rest_dagdeel text)
language sql
immutable
set search_path = ''
as $$
  select duty_date + rest.days_later, rest.dagdeel
  from (
    values
      (array['DIO', 'DDO'], 'O', 0, 'M'),
      (array['DIO', 'DDO'], 'O', 1, 'O'),
      (array['DIO', 'DDO'], 'O', 1, 'M'),
      (array['DIA', 'DDA'], 'A', 1, 'O'),
      (array['DIA', 'DDA'], 'A', 1, 'M')
  ) as rest (duty_codes, duty_dagdeel, days_later, dagdeel)
  where greedy_rest_slots.code = any (rest.duty_codes)
    and greedy_rest_slots.duty_dagdeel = rest.duty_dagdeel
$$;

-- The earliest ACTIVE duty that this slot of a roster is rest of; no row if there is none. Rest crosses from an earlier
-- roster into this one, but not between rosters of the same days, such as a copy in which a planner tries things out.
create function public.greedy_blocking_duty(employee text, slot_roster uuid, slot_date date, slot_dagdeel text)
returns table (date date, dagdeel text, service_id uuid, source text, note text)
language sql
stable
set search_path = ''
as $$
  select duty.date, duty.dagdeel, duty.service_id, duty.source,
    'Auto-blocked: rest after ' || service.code || ' on ' || to_char(duty.date, 'YYYY-MM-DD') || ' ' || duty.dagdeel
  from public.roosters as roster
  join public.roster_assignments as duty on duty.roster_id = roster.id or duty.date < roster.start_date
  join public.service_types as service on service.id = duty.service_id
  cross join lateral public.greedy_rest_slots(service.code, duty.date, duty.dagdeel) as rest
  where roster.id = slot_roster
    and duty.employee_id = employee
    and duty.status = 1
    and duty.date between slot_date - 7 and slot_date -- only bounds the index scan: no rest reaches further than a week
    and rest.rest_date = slot_date
    and rest.rest_dagdeel = slot_dagdeel
  order by duty.date, strpos('OMA', duty.dagdeel)
  limit 1
$$;

-- Runs with its owner's rights: rest must be complete, also where the writer may not see or touch the rows it takes.
create function public.greedy_block_rest() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- The duty that was there is gone: its automatic blocks open, also in the next roster, or pass to another duty.
  if old.status = 1 then
    update public.roster_assignments as slot
    set status = case when duty.date is null then 0 else 2 end,
      source = case when duty.date is null then 'blocking-trigger' else slot.source end,
      notes = duty.note,
      blocked_by_date = duty.date,
      blocked_by_dagdeel = duty.dagdeel,
      blocked_by_service_id = duty.service_id
    from public.service_types as service
    cross join lateral public.greedy_rest_slots(service.code, old.date, old.dagdeel) as rest
    join public.roosters as roster on roster.id = old.roster_id or roster.start_date > old.date
    left join lateral public.greedy_blocking_duty(
      old.employee_id, roster.id, rest.rest_date, rest.rest_dagdeel
    ) as duty on true
    where service.id = old.service_id
      and slot.roster_id = roster.id
      and slot.employee_id = old.employee_id
      and slot.date = rest.rest_date
      and slot.dagdeel = rest.rest_dagdeel
      and slot.status = 2
      and (slot.blocked_by_date is not null or slot.source = 'greedy-blocking');
  end if;

  -- The stamp names the earliest duty, not always this one, so that the order of rows in a batch does not matter.
  if new.status = 1 then
    insert into public.roster_assignments as slot (
      roster_id, employee_id, date, dagdeel, status, source, notes,
      blocked_by_date, blocked_by_dagdeel, blocked_by_service_id
    )
    select new.roster_id, new.employee_id, rest.rest_date, rest.rest_dagdeel, 2,
      case when duty.source like 'greedy%' then 'greedy-blocking' else 'blocking-trigger' end,
      duty.note, duty.date, duty.dagdeel, duty.service_id
    from public.service_types as service
    join public.roosters as roster on roster.id = new.roster_id
    cross join lateral public.greedy_rest_slots(service.code, new.date, new.dagdeel) as rest
    cross join lateral public.greedy_blocking_duty(
      new.employee_id, new.roster_id, rest.rest_date, rest.rest_dagdeel
    ) as duty
    where service.id = new.service_id
      and rest.rest_date between roster.start_date and roster.end_date
    on conflict (roster_id, employee_id, date, dagdeel) do update
    set service_id = null,
      status = excluded.status,
      source = excluded.source,
      notes = excluded.notes,
      blocked_by_date = excluded.blocked_by_date,
      blocked_by_dagdeel = excluded.blocked_by_dagdeel,
      blocked_by_service_id = excluded.blocked_by_service_id
    where slot.status = 0;
  end if;

  return null;
end
$$;

-- A trigger per event, because only so a WHEN clause can name OLD and NEW: rows that cannot be a duty cost nothing.
create trigger roster_assignments_block_rest_insert
after insert on public.roster_assignments
for each row when (new.status = 1 and new.service_id is not null)
execute function public.greedy_block_rest();

create trigger roster_assignments_block_rest_update
after update on public.roster_assignments
for each row when (
  (old.status = 1 or new.status = 1)
  and (old.roster_id, old.employee_id, old.date, old.dagdeel, old.service_id, old.status)
    is distinct from (new.roster_id, new.employee_id, new.date, new.dagdeel, new.service_id, new.status)
)
execute function public.greedy_block_rest();

create trigger roster_assignments_block_rest_delete
after delete on public.roster_assignments
for each row when (old.status = 1 and old.service_id is not null)
execute function public.greedy_block_rest();

-- The job writes BLOCKED rows without saying in blocked_by_* which duty they follow: looked up here. A row that is no
-- longer BLOCKED loses its stamp, else a planner's later BLOCKED row in that slot would count as automatic.
create function public.greedy_stamp_block() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and new is not distinct from old then
    return new; -- the guard gave the row back as it was
  end if;
  new.blocked_by_date := null;
  new.blocked_by_dagdeel := null;
  new.blocked_by_service_id := null;
  if new.status = 2 then
    select duty.date, duty.dagdeel, duty.service_id
    into new.blocked_by_date, new.blocked_by_dagdeel, new.blocked_by_service_id
    from public.greedy_blocking_duty(new.employee_id, new.roster_id, new.date, new.dagdeel) as duty;
  end if;
  return new;
end
$$;

create trigger roster_assignments_20_stamp_block
before insert or update on public.roster_assignments
for each row when (
  (new.status = 2 and new.source = 'greedy-blocking' and new.blocked_by_date is null)
  or (new.status <> 2 and new.blocked_by_date is not null)
)
execute function public.greedy_stamp_block();

revoke execute on function public.greedy_rest_slots(text, date, text), public.greedy_blocking_duty(text, uuid, date, text),
  public.greedy_block_rest(), public.greedy_stamp_block()
from public, anon, authenticated;
grant execute on function public.greedy_rest_slots(text, date, text), public.greedy_blocking_duty(text, uuid, date, text)
to service_role;
