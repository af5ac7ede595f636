-- The guard, second version. The job reads a roster, thinks, and writes. The guard refuses what it writes where the
-- roster changed in between, so that a slot is someone else's or a rule would be broken: the whole batch rolls back, and
-- the job reloads. SQLSTATE PT409 is HTTP 409 on every Supabase; 40001 would make PostgREST repeat the transaction by
-- itself, without end.
--
-- A row is the job's when the write sends its source and a new created_at, as the job's upsert always does. A planner
-- who edits a row that the job once made sends neither anew, and is never refused. created_at is the mark of one
-- writing: the same one again is that writing sent again because its answer was lost.

-- Whoever changes a roster holds a share of this lock until their transaction ends, and planners never wait for each
-- other. The job takes it alone before its first row: what it then judges by is committed, and stays so until it has
-- written. Taken before any row is locked, so that the two cannot wait for each other; of two jobs that both hold their
-- share and want it alone PostgreSQL ends one after a second (40P01), which that one tries again.
create function public.greedy_share_lock() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('greedy', 0));
  return null;
end
$$;

create trigger roster_assignments_00_share_lock before insert or update or delete on public.roster_assignments
for each statement execute function public.greedy_share_lock();
create trigger roosters_00_share_lock before update or delete on public.roosters
for each statement execute function public.greedy_share_lock();
create trigger employees_00_share_lock before update or delete on public.employees
for each statement execute function public.greedy_share_lock();
create trigger service_types_00_share_lock before update or delete on public.service_types
for each statement execute function public.greedy_share_lock();
create trigger roster_employee_services_00_share_lock before update or delete on public.roster_employee_services
for each statement execute function public.greedy_share_lock();
create trigger roster_period_staffing_dagdelen_00_share_lock
before update or delete on public.roster_period_staffing_dagdelen
for each statement execute function public.greedy_share_lock();

-- How many of a shift's staff fit no place by team. Groen and Oranje take their own team's places, then TOT; Overig what
-- remains. The same as `allocate` in greedy/demand.py; a test proves that the two agree.
create function public.greedy_misfits(
  tot bigint, gro bigint, ora bigint, groen bigint, oranje bigint, overig bigint
) returns bigint
language sql
immutable
set search_path = ''
as $$
  select greatest(0, greatest(0, groen - gro) + greatest(0, oranje - ora) - tot)
    + greatest(
      0,
      overig - greatest(0, tot - greatest(0, groen - gro) - greatest(0, oranje - ora))
        - greatest(0, gro - groen) - greatest(0, ora - oranje)
    )
$$;

-- Which hard rule stands against one more assignment, as the database is now; null if none.
create function public.greedy_objection(
  slot_roster uuid, employee text, slot_date date, slot_dagdeel text, slot_service uuid
) returns text
language plpgsql -- keeps its plan from row to row
stable
set search_path = ''
as $$
begin
  return (
    select case
      when slot_date not between roster.start_date and roster.end_date then 'is outside the roster''s period now'
      when quota.aantal is null then 'is for someone who may not do ' || service.code || ' any more'
      when quota.used >= quota.aantal then 'is beyond the quota of ' || service.code || ' now'
      when staff.groen + staff.oranje + staff.overig >= demand.tot + demand.gro + demand.ora
        then 'is one more than ' || service.code || ' needs now'
      when public.greedy_misfits(
        demand.tot, demand.gro, demand.ora,
        staff.groen + (quota.team = 'Groen')::int, staff.oranje + (quota.team = 'Oranje')::int,
        staff.overig + (quota.team = 'Overig')::int
      ) > public.greedy_misfits(demand.tot, demand.gro, demand.ora, staff.groen, staff.oranje, staff.overig)
        then 'is of a team that ' || service.code || ' does not need now'
    end
    from public.service_types as service
    join public.roosters as roster on roster.id = slot_roster
    left join lateral (
      select qualification.aantal, person.team, (
        select count(*) from public.roster_assignments as shift
        where shift.roster_id = slot_roster and shift.employee_id = employee
          and shift.service_id = slot_service and shift.status = 1
          and (shift.date, shift.dagdeel) <> (slot_date, slot_dagdeel)
      ) as used
      from public.roster_employee_services as qualification
      join public.employees as person on person.id = qualification.employee_id
      where qualification.roster_id = slot_roster and qualification.employee_id = employee
        and qualification.service_id = slot_service
        and qualification.actief and person.actief and service.actief
    ) as quota on true
    cross join lateral (
      select
        coalesce(sum(need.aantal) filter (where need.team = 'TOT'), 0) as tot,
        coalesce(sum(need.aantal) filter (where need.team = 'GRO'), 0) as gro,
        coalesce(sum(need.aantal) filter (where need.team = 'ORA'), 0) as ora
      from public.roster_period_staffing_dagdelen as need
      where need.roster_id = slot_roster and need.date = slot_date and need.dagdeel = slot_dagdeel
        and need.service_id = slot_service and need.status <> 'MAG_NIET'
    ) as demand
    cross join lateral (
      select
        count(*) filter (where colleague.team = 'Groen') as groen,
        count(*) filter (where colleague.team = 'Oranje') as oranje,
        count(*) filter (where colleague.team = 'Overig') as overig
      from public.roster_assignments as shift
      join public.employees as colleague on colleague.id = shift.employee_id
      where shift.roster_id = slot_roster and shift.date = slot_date and shift.dagdeel = slot_dagdeel
        and shift.service_id = slot_service and shift.status = 1 and shift.employee_id <> employee
    ) as staff
    where service.id = slot_service
  );
end
$$;

create or replace function public.greedy_guard() returns trigger
language plpgsql
security definer -- rest crosses rosters: sees them all, whatever the writer may see
set search_path = ''
as $$
declare
  status_names constant text[] := array['OPEN', 'ACTIVE', 'BLOCKED', 'UNAVAILABLE'];
  slot_name constant text := format(
    'Roster %s, employee %s, %s %s', new.roster_id, new.employee_id, to_char(new.date, 'YYYY-MM-DD'), new.dagdeel
  );
  advice constant text := 'Reload the roster and assign again.';
  written_by_trigger constant boolean := pg_trigger_depth() > 1; -- rest that greedy_block_rest makes
  sent_again boolean := false;
  objection text;
  taken record;
begin
  if tg_op = 'UPDATE' then
    -- An upsert passes here as an insert first, with an id that is not there yet.
    sent_again := current_setting('greedy.written_at', true) = new.created_at::text;
    if new.source = old.source and new.created_at = old.created_at and sent_again is not true then
      return new; -- a planner's edit
    end if;
  end if;
  if not written_by_trigger then
    perform pg_advisory_xact_lock(hashtextextended('greedy', 0));
  end if;

  if tg_op = 'UPDATE' then
    -- The trigger was faster, or the answer to this very writing got lost and it is sent again: keep what is there.
    if (old.status = 2 and new.status = 2)
      or (old.status = 1 and new.status = 1 and old.service_id = new.service_id and old.source like 'greedy%'
        and old.created_at = new.created_at)
    then
      return old;
    end if;
    if old.status <> 0 then
      raise sqlstate 'PT409' using
        message = format(
          '%s is now %s%s.', slot_name, status_names[old.status + 1],
          (select ' (' || code || ')' from public.service_types where id = old.service_id)
        ),
        hint = advice;
    end if;
  else
    select existing.id into taken from public.roster_assignments as existing
    where (existing.roster_id, existing.employee_id, existing.date, existing.dagdeel)
      = (new.roster_id, new.employee_id, new.date, new.dagdeel);
    if found then
      if taken.id <> new.id then
        perform set_config('greedy.written_at', new.created_at::text, true);
      end if;
      return new; -- an upsert passes here before it becomes the update that decides
    end if;
  end if;

  if new.status = 2 then
    if not written_by_trigger then
      select duty.note into taken
      from public.greedy_blocking_duty(new.employee_id, new.roster_id, new.date, new.dagdeel) as duty;
      if not found then
        raise sqlstate 'PT409' using
          message = format('%s needs to be no rest any more.', slot_name), hint = 'Look again which duties there are.';
      end if;
      new.notes := taken.note; -- the duty that the job knew of may be gone, and this be rest after another
    end if;
    return new;
  end if;

  select duty.note into taken
  from public.greedy_blocking_duty(new.employee_id, new.roster_id, new.date, new.dagdeel) as duty;
  if found then
    raise sqlstate 'PT409' using message = format('%s is now rest (%s).', slot_name, taken.note), hint = advice;
  end if;

  select slot.roster_id, slot.date, slot.dagdeel, slot.status, duty.code
  into taken
  from public.service_types as duty
  cross join lateral public.greedy_rest_slots(duty.code, new.date, new.dagdeel) as rest
  join public.roosters as roster on roster.id = new.roster_id
  join public.roster_assignments as slot
    on slot.employee_id = new.employee_id and slot.date = rest.rest_date and slot.dagdeel = rest.rest_dagdeel
  where duty.id = new.service_id
    -- Other rosters count beyond this one's last day only: inside it they are copies, or none of our business.
    and (slot.roster_id = new.roster_id or rest.rest_date > roster.end_date)
    -- Who is UNAVAILABLE on a later day rests already; on the day of the duty it means that the duty cannot be done.
    and (slot.status = 1 or (slot.status = 3 and slot.date = new.date))
  order by slot.date, strpos('OMA', slot.dagdeel), slot.roster_id
  limit 1;
  if found then
    raise sqlstate 'PT409' using
      message = format(
        '%s: rest after %s needs %s %s, which is now %s in roster %s.', slot_name, taken.code,
        to_char(taken.date, 'YYYY-MM-DD'), taken.dagdeel, status_names[taken.status + 1], taken.roster_id
      ),
      hint = advice;
  end if;

  objection := public.greedy_objection(new.roster_id, new.employee_id, new.date, new.dagdeel, new.service_id);
  if objection is not null then
    raise sqlstate 'PT409' using message = format('%s %s.', slot_name, objection), hint = advice;
  end if;
  return new;
end
$$;

revoke execute on function public.greedy_share_lock(), public.greedy_guard(),
  public.greedy_misfits(bigint, bigint, bigint, bigint, bigint, bigint),
  public.greedy_objection(uuid, text, date, text, uuid)
from public, anon, authenticated;
