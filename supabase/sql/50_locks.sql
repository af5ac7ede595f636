-- A lock per roster, and one for its border: the first and the last three days, from where rest reaches into the roster
-- beside it. Whoever changes a row holds both as a share until the transaction ends; the job takes them alone.
--
-- Nobody queues for these locks, so that nobody waits behind somebody who waits, and PostgreSQL's search for deadlocks
-- never meets a planner here. A planner who inserts while a job writes looks again for two seconds at most; one who
-- updates or deletes holds the row by then, and goes on at once: their edit counts as coming after the job's.
create or replace function public.greedy_share() returns trigger
language plpgsql
security definer -- sees the roster's period, whatever the writer may see
set search_path = ''
as $$
declare
  slot record;
  first_day date;
  last_day date;
  unlocked boolean;
  patience constant timestamptz := clock_timestamp() + interval '2 s';
begin
  if tg_op = 'INSERT' then slot := new; else slot := old; end if;
  if slot.roster_id is null then
    if tg_op = 'DELETE' then return old; else return new; end if; -- a row of no roster is in nobody's way
  end if;
  loop
    unlocked := not pg_try_advisory_xact_lock_shared(hashtextextended('greedy roster ' || slot.roster_id, 0));
    if not unlocked then
      select start_date, end_date into first_day, last_day from public.roosters where id = slot.roster_id;
      if slot.date <= first_day + 2 or slot.date >= last_day - 2 then
        unlocked := not pg_try_advisory_xact_lock_shared(hashtextextended('greedy border ' || slot.roster_id, 0));
      end if;
    end if;
    exit when not unlocked or tg_op <> 'INSERT' or clock_timestamp() > patience
      or current_setting('greedy.unlocked', true) = pg_current_xact_id()::text;
    perform pg_sleep(0.01);
  end loop;
  if unlocked then
    perform set_config('greedy.unlocked', pg_current_xact_id()::text, true);
  end if;
  if tg_op = 'UPDATE' then
    if (new.roster_id, new.date) is distinct from (old.roster_id, old.date) then
      perform pg_try_advisory_xact_lock_shared(hashtextextended('greedy roster ' || new.roster_id, 0)),
        pg_try_advisory_xact_lock_shared(hashtextextended('greedy border ' || new.roster_id, 0));
    end if;
    return new;
  end if;
  return slot;
end
$$;

-- The number in a trigger's name is its place: PostgreSQL fires those of one kind in the order of their names. The job's
-- functions hold the lock already, and rest follows a row whose lock is held.
drop trigger if exists roster_assignments_10_share on public.roster_assignments;
create trigger roster_assignments_10_share before insert or update or delete on public.roster_assignments
for each row when (
  coalesce(current_setting('greedy.job', true), '') <> pg_current_xact_id()::text
  and coalesce(current_setting('greedy.rest', true), '') <> pg_current_xact_id()::text
)
execute function public.greedy_share();

-- Takes a roster's locks alone: its own, its border, the borders of the rosters beside it, and all of those that overlap
-- it in days without being a copy (the same days). False if somebody holds one; the caller then lets go of the others by
-- rolling back to where it began.
create or replace function public.greedy_take(target uuid) returns boolean
language plpgsql
set search_path = ''
as $$
declare
  lock_key bigint;
begin
  for lock_key in
    with mine as (select start_date::date, coalesce(end_date::date, 'infinity') as end_date from public.roosters where id = target)
    select hashtextextended(name, 0) as key
    from (
      select 'greedy roster ' || target
      union select 'greedy border ' || target
      union select 'greedy border ' || beside.id from mine, public.roosters as beside
      where beside.start_date <= mine.end_date + 3 and coalesce(beside.end_date, 'infinity') >= mine.start_date - 3
        and (beside.start_date::date, coalesce(beside.end_date::date, 'infinity')) is distinct from (mine.start_date, mine.end_date)
      union select 'greedy roster ' || beside.id from mine, public.roosters as beside
      where beside.start_date <= mine.end_date and coalesce(beside.end_date, 'infinity') >= mine.start_date
        and (beside.start_date::date, coalesce(beside.end_date::date, 'infinity')) is distinct from (mine.start_date, mine.end_date)
    ) as locks (name)
    order by key
  loop
    if not pg_try_advisory_xact_lock(lock_key) then
      return false;
    end if;
  end loop;
  return true;
end
$$;
revoke execute on function public.greedy_share(), public.greedy_take(uuid) from public, anon, authenticated;
grant execute on function public.greedy_take(uuid) to service_role;
