-- On-call duties need rest. These triggers keep it in the roster as BLOCKED rows, whoever plans the duty, and tell the
-- job's rows from a planner's. Automatic rest is known by its stamp, `blocked_by_*`, which names the duty.

-- A planner's edit of one of the job's rows makes it the planner's; a row that is no rest any more loses its stamp. What
-- becomes of the stamp of a row that moves to another slot, greedy_rest sees when all rows of the statement are moved.
create or replace function public.greedy_hand_over() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  moved constant boolean := (old.roster_id, old.employee_id, old.date, old.dagdeel)
    is distinct from (new.roster_id, new.employee_id, new.date, new.dagdeel);
begin
  if not moved and (old.service_id, old.status, old.notes) is not distinct from (new.service_id, new.status, new.notes) then
    if new.source in ('greedy', 'greedy-blocking') and old.source is distinct from new.source then
      new.source := old.source; -- from a row that was read before it was somebody's
    end if;
    return new; -- written as it was read
  end if;
  if new.source in ('greedy', 'greedy-blocking') then
    new.source := public.greedy_planners_word();
  end if;
  if new.blocked_by_date is not null and (
    new.status <> 2
    -- Blocked by hand, from a row that was read while its duty stood.
    or (
      old.status <> 2 and pg_trigger_depth() = 1 and not exists (
        select from public.roster_assignments as duty
        where duty.employee_id = new.employee_id and duty.date = new.blocked_by_date and duty.status = 1
          and duty.dagdeel = new.blocked_by_dagdeel and duty.service_id = new.blocked_by_service_id
      )
    )
  ) then
    new.blocked_by_date := null;
    new.blocked_by_dagdeel := null;
    new.blocked_by_service_id := null;
  end if;
  return new;
end
$$;

drop trigger if exists roster_assignments_20_hand_over on public.roster_assignments;
create trigger roster_assignments_20_hand_over before update on public.roster_assignments
for each row when (
  (new.source in ('greedy', 'greedy-blocking') or new.blocked_by_date is not null)
  and coalesce(current_setting('greedy.job', true), '') <> pg_current_xact_id()::text
  and coalesce(current_setting('greedy.rest', true), '') <> pg_current_xact_id()::text
)
execute function public.greedy_hand_over();

-- A trigger of the database's own that opens rest opens all that names the duty that goes. What another duty still needs
-- stays, under its name.
create or replace function public.greedy_keep_rest() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  duty record;
begin
  select work.date, work.dagdeel, work.service_id, rest.code into duty
  from public.roster_assignments as work
  join public.greedy_rest_slots as rest on rest.service_id = work.service_id and rest.dagdeel = work.dagdeel
  where work.roster_id = old.roster_id and work.employee_id = old.employee_id and work.status = 1
    and work.date between old.date - 3 and old.date
    and work.date + rest.days = old.date and rest.rest_dagdeel = old.dagdeel
  order by work.date, strpos('OMA', work.dagdeel)
  limit 1;
  if found then
    new.status := 2;
    new.service_id := null;
    new.notes := 'Auto-blocked: rest after ' || duty.code || ' on ' || to_char(duty.date, 'YYYY-MM-DD') || ' ' || duty.dagdeel;
    new.blocked_by_date := duty.date;
    new.blocked_by_dagdeel := duty.dagdeel;
    new.blocked_by_service_id := duty.service_id;
  end if;
  return new;
end
$$;

drop trigger if exists roster_assignments_15_keep_rest on public.roster_assignments;
create trigger roster_assignments_15_keep_rest before update on public.roster_assignments
for each row when (
  old.status = 2 and new.status = 0 and old.blocked_by_date is not null and pg_trigger_depth() > 0
  and coalesce(current_setting('greedy.rest', true), '') <> pg_current_xact_id()::text
)
execute function public.greedy_keep_rest();

-- Duties that are there no more: their automatic rest opens, in the next roster as well, or passes to the earliest other
-- duty that needs it. Rest counts across rosters, but not between those of the same days, such as a copy in which a
-- planner tries things out.
create or replace function public.greedy_open_rest(
  employees text[], dates date[], dagdelen text[], services uuid[]
) returns void
language plpgsql
set jit = off
set search_path = ''
as $$
declare
  held_rosters uuid[]; held_employees text[]; held_dates date[]; held_dagdelen text[]; -- the rest that these may have made
begin
  -- Held first and judged then, by all that is committed by that time: whoever plans a duty that needs such a slot, or puts
  -- something else into it, holds it until that is committed. All take them in one order.
  select array_agg(roster_id), array_agg(employee_id), array_agg(date), array_agg(dagdeel)
  into held_rosters, held_employees, held_dates, held_dagdelen
  from (
    select there.*
    from (
      select distinct gone.employee_id, gone.date + rest.days as date, rest.rest_dagdeel as dagdeel
      from unnest(employees, dates, dagdelen, services) as gone (employee_id, date, dagdeel, service_id)
      join public.greedy_rest_slots as rest on rest.service_id = gone.service_id and rest.dagdeel = gone.dagdeel
      order by employee_id, date, dagdeel
    ) as freed
    cross join lateral (
      select blocked.roster_id, blocked.employee_id, blocked.date, blocked.dagdeel
      from public.roster_assignments as blocked
      where blocked.employee_id = freed.employee_id and blocked.date = freed.date and blocked.dagdeel = freed.dagdeel
        and blocked.status = 2 and blocked.blocked_by_date is not null
      order by blocked.roster_id
      for no key update -- one probe of the index for each, whatever the statistics say
    ) as there
  ) as held;
  if held_rosters is null then
    return;
  end if;

  update public.roster_assignments as slot
  set status = case when rest.duty_date is null then 0 else 2 end,
    source = case
      when rest.duty_date is null and slot.source in ('greedy', 'greedy-blocking') then public.greedy_planners_word()
      when rest.duty_source = 'greedy' or slot.source is distinct from 'greedy-blocking' then slot.source
      else public.greedy_planners_word()
    end,
    notes = rest.note,
    blocked_by_date = rest.duty_date,
    blocked_by_dagdeel = rest.duty_dagdeel,
    blocked_by_service_id = rest.duty_service,
    updated_at = now()
  from (
    select there.*, duty.date as duty_date, duty.dagdeel as duty_dagdeel, duty.service_id as duty_service,
      duty.source as duty_source,
      case
        when duty.date is not null then
          'Auto-blocked: rest after ' || duty.code || ' on ' || to_char(duty.date, 'YYYY-MM-DD') || ' ' || duty.dagdeel
        when there.notes not like 'Auto-blocked: %' then there.notes
      end as note
    from unnest(held_rosters, held_employees, held_dates, held_dagdelen) as held (roster_id, employee_id, date, dagdeel)
    cross join lateral (
      select blocked.roster_id, blocked.employee_id, blocked.date, blocked.dagdeel, blocked.notes, blocked.blocked_by_date,
        blocked.blocked_by_dagdeel, blocked.blocked_by_service_id
      from public.roster_assignments as blocked
      where blocked.roster_id = held.roster_id and blocked.employee_id = held.employee_id and blocked.date = held.date
        and blocked.dagdeel = held.dagdeel
      offset 0 -- one probe of the index for each
    ) as there
    join public.roosters as own on own.id = there.roster_id
    left join lateral (
      select work.date, work.dagdeel, work.service_id, work.source, rest.code
      from public.roster_assignments as work
      join public.greedy_rest_slots as rest on rest.service_id = work.service_id and rest.dagdeel = work.dagdeel
      join public.roosters as other on other.id = work.roster_id
      where work.employee_id = there.employee_id and work.status = 1
        and work.date between there.date - 3 and there.date
        and work.date + rest.days = there.date and rest.rest_dagdeel = there.dagdeel
        and (
          work.roster_id = there.roster_id
          or (other.start_date, other.end_date) is distinct from (own.start_date, own.end_date)
        )
      order by work.date, strpos('OMA', work.dagdeel)
      limit 1
    ) as duty on true
    where (there.blocked_by_date, there.blocked_by_dagdeel, there.blocked_by_service_id)
      is distinct from (duty.date, duty.dagdeel, duty.service_id)
  ) as rest
  where slot.roster_id = rest.roster_id and slot.employee_id = rest.employee_id and slot.date = rest.date
    and slot.dagdeel = rest.dagdeel;
end
$$;

-- Blocks the open slots that these duties of a roster need, and no others. The stamp names the earliest of the duties,
-- also of those whose rest was blocked in this transaction: an upsert tells of the rows that it inserted apart from those
-- that it updated, and which of them comes first must not matter. Rest that is there already is written as it is: whoever
-- takes its duty away meanwhile, and does not see this one yet (REPEATABLE READ), is told so by PostgreSQL (40001).
-- `word` null: the slot keeps its source, a new row has the column's default.
create or replace function public.greedy_block_rest(
  rosters uuid[], employees text[], dates date[], dagdelen text[], services uuid[], word text
) returns void
language plpgsql
set jit = off
set search_path = ''
as $$
declare
  has_requirement constant boolean := exists (
    select from pg_catalog.pg_attribute
    where attrelid = 'public.roster_assignments'::regclass and attname = 'roster_period_staffing_dagdelen_id'
      and not attisdropped
  );
  comes_first constant text := $sql$(
    slot.status = 0 or slot.updated_at = now() and (excluded.blocked_by_date, strpos('OMA', excluded.blocked_by_dagdeel))
      < (slot.blocked_by_date, strpos('OMA', slot.blocked_by_dagdeel))
  )$sql$;
begin
  execute format(
    $insert$
      insert into public.roster_assignments as slot (
        roster_id, employee_id, date, dagdeel, status, notes, blocked_by_date, blocked_by_dagdeel, blocked_by_service_id,
        updated_at %1$s
      )
      select distinct on (duty.employee_id, duty.date + rest.days, rest.rest_dagdeel, duty.roster_id)
        duty.roster_id, duty.employee_id, duty.date + rest.days, rest.rest_dagdeel, 2,
        'Auto-blocked: rest after ' || rest.code || ' on ' || to_char(duty.date, 'YYYY-MM-DD') || ' ' || duty.dagdeel,
        duty.date, duty.dagdeel, duty.service_id, now() %2$s
      from unnest($1, $2, $3, $4, $5) as duty (roster_id, employee_id, date, dagdeel, service_id)
      join public.greedy_rest_slots as rest on rest.service_id = duty.service_id and rest.dagdeel = duty.dagdeel
      join public.roosters as roster on roster.id = duty.roster_id
      where duty.date + rest.days between roster.start_date and coalesce(roster.end_date, 'infinity')
      order by duty.employee_id, duty.date + rest.days, rest.rest_dagdeel, duty.roster_id,
        duty.date, strpos('OMA', duty.dagdeel)
      on conflict (roster_id, employee_id, date, dagdeel) do update
      set service_id = null,
        status = 2,
        notes = case when %3$s then excluded.notes else slot.notes end,
        blocked_by_date = case when %3$s then excluded.blocked_by_date else slot.blocked_by_date end,
        blocked_by_dagdeel = case when %3$s then excluded.blocked_by_dagdeel else slot.blocked_by_dagdeel end,
        blocked_by_service_id = case when %3$s then excluded.blocked_by_service_id else slot.blocked_by_service_id end,
        updated_at = case when %3$s then now() else slot.updated_at end %4$s %5$s
      where slot.status = 0 or (slot.status = 2 and slot.blocked_by_date is not null)
    $insert$,
    case when word is not null then ', source' else '' end,
    case when word is not null then ', $6' else '' end,
    comes_first,
    case when word is not null then format(', source = case when %s then excluded.source else slot.source end', comes_first)
      else '' end,
    case when has_requirement then ', roster_period_staffing_dagdelen_id = null' else '' end
  ) using rosters, employees, dates, dagdelen, services, word;
end
$$;

-- After each statement, set-wise. Runs with its owner's rights: rest must be complete, also where the writer may not see
-- or touch the rows that it takes.
create or replace function public.greedy_rest() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  by_job constant boolean := coalesce(current_setting('greedy.job', true), '') = pg_current_xact_id()::text;
  gone_employees text[]; gone_dates date[]; gone_dagdelen text[]; gone_services uuid[]; -- null: none
  came_rosters uuid[]; came_employees text[]; came_dates date[]; came_dagdelen text[]; came_services uuid[];
  handed_employees text[]; handed_dates date[]; handed_dagdelen text[]; handed_services uuid[];
  sent_rosters uuid[]; sent_employees text[]; sent_dates date[]; sent_dagdelen text[]; -- rows that say whose rest they are
  sent_days date[]; sent_parts text[]; sent_services uuid[]; -- the duties that they name; null: none
begin
  if tg_op = 'INSERT' then
    select array_agg(roster_id), array_agg(employee_id), array_agg(date), array_agg(dagdeel), array_agg(service_id)
    into came_rosters, came_employees, came_dates, came_dagdelen, came_services
    from new_rows where status = 1 and service_id is not null;
  elsif tg_op = 'DELETE' then
    select array_agg(employee_id), array_agg(date), array_agg(dagdeel), array_agg(service_id)
    into gone_employees, gone_dates, gone_dagdelen, gone_services
    from old_rows where status = 1 and service_id is not null;
  else
    select array_agg(employee_id), array_agg(date), array_agg(dagdeel), array_agg(service_id)
    into gone_employees, gone_dates, gone_dagdelen, gone_services
    from (
      select roster_id, employee_id, date, dagdeel, service_id from old_rows where status = 1 and service_id is not null
      except select roster_id, employee_id, date, dagdeel, service_id from new_rows where status = 1
    ) as duty;
    select array_agg(roster_id), array_agg(employee_id), array_agg(date), array_agg(dagdeel), array_agg(service_id)
    into came_rosters, came_employees, came_dates, came_dagdelen, came_services
    from (
      select roster_id, employee_id, date, dagdeel, service_id from new_rows where status = 1 and service_id is not null
      except select roster_id, employee_id, date, dagdeel, service_id from old_rows where status = 1
    ) as duty;
    if not by_job then
      select array_agg(employee_id), array_agg(date), array_agg(dagdeel), array_agg(service_id)
      into handed_employees, handed_dates, handed_dagdelen, handed_services
      from (
        select employee_id, date, dagdeel, service_id from old_rows where status = 1 and source = 'greedy'
        intersect select employee_id, date, dagdeel, service_id from new_rows
        where status = 1 and source is distinct from 'greedy'
      ) as duty;
      -- Moved with their rows, as when one person's days are given to another: what they name counts if it is there, too.
      select array_agg(moved.roster_id), array_agg(moved.employee_id), array_agg(moved.date), array_agg(moved.dagdeel)
      into sent_rosters, sent_employees, sent_dates, sent_dagdelen
      from (
        select roster_id, employee_id, date, dagdeel from new_rows where status = 2 and blocked_by_date is not null
        except select roster_id, employee_id, date, dagdeel from old_rows
      ) as moved;
    end if;
  end if;

  perform set_config('greedy.rest', pg_current_xact_id()::text, true);
  if gone_employees is not null then
    perform public.greedy_open_rest(gone_employees, gone_dates, gone_dagdelen, gone_services);
  end if;
  if came_employees is not null then
    perform public.greedy_block_rest(
      came_rosters, came_employees, came_dates, came_dagdelen, came_services, case when by_job then 'greedy-blocking' end
    );
  end if;

  if handed_employees is not null then
    update public.roster_assignments as slot
    set source = public.greedy_planners_word(), updated_at = now()
    from unnest(handed_employees, handed_dates, handed_dagdelen, handed_services)
      as duty (employee_id, date, dagdeel, service_id)
    where slot.employee_id = duty.employee_id and slot.date between duty.date and duty.date + 3
      and slot.status = 2 and slot.source = 'greedy-blocking'
      and (slot.blocked_by_date, slot.blocked_by_dagdeel, slot.blocked_by_service_id)
        = (duty.date, duty.dagdeel, duty.service_id);
  end if;

  -- Rows put back, or a roster copied: they are a planner's, and a stamp stays where its duty makes that slot rest, also
  -- where that duty is yet to come.
  if tg_op = 'INSERT' and not by_job then
    select array_agg(roster_id), array_agg(employee_id), array_agg(date), array_agg(dagdeel),
      array_agg(case when status = 2 then blocked_by_date end), array_agg(blocked_by_dagdeel),
      array_agg(blocked_by_service_id)
    into sent_rosters, sent_employees, sent_dates, sent_dagdelen, sent_days, sent_parts, sent_services
    from new_rows
    where source in ('greedy', 'greedy-blocking') or (blocked_by_date is not null and pg_trigger_depth() = 1);
  end if;
  if sent_rosters is not null then
    update public.roster_assignments as slot
    set source = case
        when slot.source in ('greedy', 'greedy-blocking') then public.greedy_planners_word() else slot.source
      end,
      blocked_by_date = stamp.date,
      blocked_by_dagdeel = stamp.dagdeel,
      blocked_by_service_id = stamp.service_id
    from unnest(sent_rosters, sent_employees, sent_dates, sent_dagdelen, sent_days, sent_parts, sent_services)
      as sent (roster_id, employee_id, date, dagdeel, duty_date, duty_dagdeel, duty_service)
    cross join lateral (
      select there.status, there.blocked_by_date is not null as stamped from public.roster_assignments as there
      where there.roster_id = sent.roster_id and there.employee_id = sent.employee_id and there.date = sent.date
        and there.dagdeel = sent.dagdeel
      offset 0
    ) as now_there
    left join lateral (
      select duty.date, duty.dagdeel, duty.service_id
      from (
        select sent.duty_date, sent.duty_dagdeel, sent.duty_service, 1 where sent.duty_date is not null
        union all
        select work.date, work.dagdeel, work.service_id, 2 from public.roster_assignments as work
        where now_there.status = 2 and now_there.stamped
          and work.roster_id = sent.roster_id and work.employee_id = sent.employee_id and work.status = 1
          and work.date between sent.date - 3 and sent.date
      ) as duty (date, dagdeel, service_id, place)
      join public.greedy_rest_slots as rest on rest.service_id = duty.service_id and rest.dagdeel = duty.dagdeel
      where duty.date + rest.days = sent.date and rest.rest_dagdeel = sent.dagdeel
      order by duty.place, duty.date, strpos('OMA', duty.dagdeel)
      limit 1
    ) as stamp on true
    where slot.roster_id = sent.roster_id and slot.employee_id = sent.employee_id and slot.date = sent.date
      and slot.dagdeel = sent.dagdeel;
  end if;
  perform set_config('greedy.rest', '', true);
  return null;
end
$$;

-- A trigger per event, as only so it may have its transition tables. What the function itself writes is rest, no duty.
drop trigger if exists roster_assignments_greedy_insert on public.roster_assignments;
create trigger roster_assignments_greedy_insert after insert on public.roster_assignments
referencing new table as new_rows
for each statement when (coalesce(current_setting('greedy.rest', true), '') <> pg_current_xact_id()::text)
execute function public.greedy_rest();

drop trigger if exists roster_assignments_greedy_update on public.roster_assignments;
create trigger roster_assignments_greedy_update after update on public.roster_assignments
referencing old table as old_rows new table as new_rows
for each statement when (coalesce(current_setting('greedy.rest', true), '') <> pg_current_xact_id()::text)
execute function public.greedy_rest();

drop trigger if exists roster_assignments_greedy_delete on public.roster_assignments;
create trigger roster_assignments_greedy_delete after delete on public.roster_assignments
referencing old table as old_rows
for each statement when (coalesce(current_setting('greedy.rest', true), '') <> pg_current_xact_id()::text)
execute function public.greedy_rest();

revoke execute on function public.greedy_hand_over(), public.greedy_keep_rest(), public.greedy_rest(),
  public.greedy_open_rest(text[], date[], text[], uuid[]),
  public.greedy_block_rest(uuid[], text[], date[], text[], uuid[], text)
from public, anon, authenticated;
grant execute on function public.greedy_open_rest(text[], date[], text[], uuid[]) to service_role;
