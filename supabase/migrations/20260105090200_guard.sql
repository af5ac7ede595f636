-- The job reads a roster, thinks, and writes. The guard refuses what it writes onto a slot that changed in between:
-- the whole batch rolls back, and the job reloads. SQLSTATE PT409 is HTTP 409 on every Supabase; 40001 would make
-- PostgREST repeat the transaction by itself, without end.
--
-- A row is the job's when the write sends its source and a new created_at, as the job's upsert always does. A planner
-- who edits a row that the job once made sends neither anew, and is never refused.

create function public.greedy_guard() returns trigger
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
  taken record;
begin
  if tg_op = 'UPDATE' then
    if new.source = old.source and new.created_at = old.created_at then
      return new; -- a planner's edit
    end if;
    -- The trigger was faster, or the answer to this write got lost and it is sent again: keep what is there.
    if (old.status = 2 and new.status = 2)
      or (old.status = 1 and new.status = 1 and old.service_id = new.service_id and old.source like 'greedy%')
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
    new.created_at := old.created_at;
  elsif exists (
    select from public.roster_assignments as existing
    where (existing.roster_id, existing.employee_id, existing.date, existing.dagdeel)
      = (new.roster_id, new.employee_id, new.date, new.dagdeel)
  ) then
    return new; -- an upsert passes here before it becomes the update that decides
  end if;

  if new.status = 1 then
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
  end if;
  return new;
end
$$;

create trigger roster_assignments_10_guard
before insert or update on public.roster_assignments
for each row when (new.status in (1, 2) and new.source like 'greedy%')
execute function public.greedy_guard();

revoke execute on function public.greedy_guard() from public, anon, authenticated;
