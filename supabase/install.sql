-- Everything that an existing database needs to work with GREEDY; generated from supabase/sql by supabase/build.py.
--
-- To be pasted into the dashboard's SQL editor, run by psql, or pushed as a migration of your own repository. One
-- transaction: all of it or nothing. May be run again at any time, and upgrades every older version. It adds columns,
-- key and indexes of roster_assignments that are missing, lets a CHECK on `source` allow the job's words, and never
-- touches row-level security, policies or rights of a table that it did not make. uninstall.sql takes it away again.
begin;

-- What must be there: the six tables, the columns that triggers and functions name, the natural key, two indexes.
do $$
declare
  missing text;
  twice text;
begin
  select string_agg(name, ', ' order by place) into missing
  from unnest(array[
    'roosters', 'employees', 'service_types', 'roster_period_staffing_dagdelen', 'roster_employee_services',
    'roster_assignments'
  ]) with ordinality as needed (name, place)
  where not exists (
    select from pg_class where oid = to_regclass('public.' || name) and relkind in ('r', 'p')
  );
  if missing is not null then
    raise exception 'GREEDY needs these tables in the schema public: %', missing
      using hint = 'In an empty project apply supabase/migrations instead.';
  end if;

  if not exists (
    select from pg_index as key
    where key.indrelid = 'public.roster_assignments'::regclass
      and key.indisunique and key.indisvalid and key.indimmediate and key.indpred is null and key.indexprs is null
      and key.indnkeyatts = 4
      and (
        select array_agg(attname::text order by attname) from pg_attribute
        where attrelid = key.indrelid and attnum = any (key.indkey[0:3])
      ) = array['dagdeel', 'date', 'employee_id', 'roster_id']
  ) then
    select string_agg(format('roster %s, employee %s, %s %s (%s rows)', roster_id, employee_id, date, dagdeel, count), '; ')
    into twice
    from (
      select roster_id, employee_id, date, dagdeel, count(*) from public.roster_assignments
      group by roster_id, employee_id, date, dagdeel having count(*) > 1
      order by date, employee_id, dagdeel limit 10
    ) as slot;
    if twice is not null then
      raise exception 'roster_assignments holds slots more than once: %', twice
        using hint = 'Delete all rows but one of each, then run this again.';
    end if;
    alter table public.roster_assignments
      add constraint roster_assignments_greedy_key unique (roster_id, employee_id, date, dagdeel);
  end if;
end
$$;

alter table public.roster_assignments
  add column if not exists source text,
  add column if not exists notes text,
  add column if not exists created_at timestamptz default now(),
  add column if not exists updated_at timestamptz default now(),
  add column if not exists blocked_by_date date,
  add column if not exists blocked_by_dagdeel text,
  add column if not exists blocked_by_service_id uuid;

-- Rest crosses rosters: a person's days in all of them, and who works on a day. Any index that begins so will do.
do $$
begin
  if not exists (
    select from pg_index as there
    where there.indrelid = 'public.roster_assignments'::regclass and there.indisvalid and there.indpred is null
      and there.indnkeyatts >= 2
      and (select attname from pg_attribute where attrelid = there.indrelid and attnum = there.indkey[0]) = 'employee_id'
      and (select attname from pg_attribute where attrelid = there.indrelid and attnum = there.indkey[1]) = 'date'
  ) then
    create index roster_assignments_employee_date on public.roster_assignments (employee_id, date);
  end if;
  if not exists (
    select from pg_index as there
    where there.indrelid = 'public.roster_assignments'::regclass and there.indisvalid
      and (there.indpred is null or pg_get_expr(there.indpred, there.indrelid) = '(status = 1)')
      and (select attname from pg_attribute where attrelid = there.indrelid and attnum = there.indkey[0]) = 'date'
  ) then
    create index roster_assignments_active_date on public.roster_assignments (date) where status = 1;
  end if;
end
$$;

-- History of the job: one row per run, written at its end. A roster is named, not referred to: the history outlives it.
create table if not exists public.greedy_runs (
  run_id uuid primary key,
  roster_id uuid not null,
  started_at timestamptz not null,
  duration_ms integer not null check (duration_ms >= 0),
  exit_code integer not null,
  error text,
  version text not null,
  deployment_id text,
  replan boolean not null default false,
  from_date date,
  until_date date,
  needed integer,
  filled_before integer,
  assigned integer,
  taken_back integer,
  open integer,
  percent double precision,
  rest_proven boolean,
  alerts integer not null default 0,
  warnings integer not null default 0
);
alter table public.greedy_runs add column if not exists links jsonb;
comment on table public.greedy_runs is 'history of the job GREEDY: one row per run, written at its end';
comment on column public.greedy_runs.exit_code is '0 done; else the exit code of the process: what kind of failure';
comment on column public.greedy_runs.version is 'version of the job';
comment on column public.greedy_runs.from_date is 'first day that the run was confined to; null: not confined';
comment on column public.greedy_runs.needed is 'places, as the four after it; null: the run ended before it knew';
comment on column public.greedy_runs.rest_proven is 'whether FASE 4C found all rest in place; null: it did not run';
comment on column public.greedy_runs.links is 'signed links to the files that the run published, by kind; null: none';
create index if not exists greedy_runs_roster on public.greedy_runs (roster_id, started_at desc);
create index if not exists greedy_runs_started on public.greedy_runs (started_at desc);
alter table public.greedy_runs enable row level security;
revoke all on table public.greedy_runs from public, anon, authenticated;
grant select, insert, update, delete on table public.greedy_runs to service_role;

-- Parts of older versions that have no successor of the same name.
drop trigger if exists roster_assignments_00_share_lock on public.roster_assignments;
drop trigger if exists roster_assignments_10_guard on public.roster_assignments;
drop trigger if exists roster_assignments_20_stamp_block on public.roster_assignments;
drop trigger if exists roster_assignments_25_hand_over on public.roster_assignments;
drop trigger if exists roster_assignments_block_rest_insert on public.roster_assignments;
drop trigger if exists roster_assignments_block_rest_update on public.roster_assignments;
drop trigger if exists roster_assignments_block_rest_delete on public.roster_assignments;
drop trigger if exists roosters_00_share_lock on public.roosters;
drop trigger if exists employees_00_share_lock on public.employees;
drop trigger if exists service_types_00_share_lock on public.service_types;
drop trigger if exists roster_employee_services_00_share_lock on public.roster_employee_services;
drop trigger if exists roster_period_staffing_dagdelen_00_share_lock on public.roster_period_staffing_dagdelen;
drop function if exists public.greedy_share_lock(), public.greedy_guard(), public.greedy_stamp_block(),
  public.greedy_block_rest(), public.greedy_objection(uuid, text, date, text, uuid),
  public.greedy_blocking_duty(text, uuid, date, text), public.greedy_rest_slots(text, date, text);

-- The on-call duties and the rest that they need, read by triggers, functions and job alike; another practice edits its
-- own. A service is a duty on the dagdeel that stands here and on no other. `rest` names dagdelen: 'M' is the duty's own
-- day, 'O+1' the next morning. The other half is the duty that makes it a 24-hour duty of one person.
do $$
begin
  if to_regclass('public.greedy_duties') is null then
    create table public.greedy_duties (
      code text not null,
      dagdeel text not null check (dagdeel in ('O', 'M', 'A')),
      rest text[] not null,
      other_code text,
      other_dagdeel text check (other_dagdeel <> dagdeel),
      primary key (code, dagdeel),
      constraint greedy_duties_rest_items check (
        array_position(rest, null) is null and array_to_string(rest, ' ') ~ '^([OMA](\+[123])?( [OMA](\+[123])?)*)?$'
      ),
      constraint greedy_duties_rest_follows check (
        not rest && case dagdeel when 'O' then array['O'] when 'M' then array['O', 'M'] else array['O', 'M', 'A'] end
      ),
      constraint greedy_duties_whole_other check ((other_code is null) = (other_dagdeel is null)),
      constraint greedy_duties_other foreign key (other_code, other_dagdeel)
        references public.greedy_duties (code, dagdeel) on update cascade on delete set null
    );
    insert into public.greedy_duties (code, dagdeel, rest, other_code, other_dagdeel) values
      ('DIO', 'O', array['M', 'O+1', 'M+1'], 'DIA', 'A'),
      ('DIA', 'A', array['O+1', 'M+1'], 'DIO', 'O'),
      ('DDO', 'O', array['M', 'O+1', 'M+1'], 'DDA', 'A'),
      ('DDA', 'A', array['O+1', 'M+1'], 'DDO', 'O');
  end if;
end
$$;
comment on table public.greedy_duties is 'on-call duties of the job GREEDY: the rest that each needs, and its other half';
comment on column public.greedy_duties.rest is
  'dagdelen of rest after the duty: ''M'' on its own day, ''O+1'' on the next, three days later at most';
alter table public.greedy_duties enable row level security;
revoke all on table public.greedy_duties from public, anon, authenticated;
grant select, insert, update, delete on table public.greedy_duties to service_role;

-- The same by service and item, as triggers and functions join it.
create or replace view public.greedy_rest_slots with (security_invoker = true) as
select service.id as service_id, duty.code, duty.dagdeel,
  coalesce(nullif(substr(item, 3), '')::integer, 0) as days, left(item, 1) as rest_dagdeel
from public.greedy_duties as duty
join public.service_types as service using (code)
cross join unnest(duty.rest) as item;
revoke all on table public.greedy_rest_slots from public, anon, authenticated;
grant select on table public.greedy_rest_slots to service_role;

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

-- A queue of rosters to fill, in pgmq (Supabase Queues): one message per roster. The message holds when it is due and how
-- long its worker may take (its visibility timeout); the row beside it who asked, who fills it, and what went wrong.
-- Where the database has no pgmq, and none can be had, the queue is left out: its functions say so, with the remedy.
do $$
begin
  if to_regprocedure('pgmq.create(text)') is null then
    if exists (select from pg_available_extensions where name = 'pgmq') then
      create extension if not exists pgmq;
    else
      raise notice 'No queue of rosters: this PostgreSQL has no pgmq.';
    end if;
  end if;
  if to_regclass('pgmq.q_greedy') is null and to_regprocedure('pgmq.create(text)') is not null then
    perform pgmq.create('greedy'::text);
    alter table pgmq.q_greedy enable row level security; -- its owner alone, whose functions are below
  end if;
exception when others then
  raise warning 'No queue of rosters: % (%)', sqlerrm, sqlstate;
end
$$;

-- Whether there is a queue that its owner may use.
create or replace function public.greedy_has_queue() returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if not coalesce(has_schema_privilege(to_regnamespace('pgmq'), 'usage'), false) then
    return false; -- to look into a schema that is closed to us is an error
  end if;
  return to_regclass('pgmq.q_greedy') is not null;
end
$$;

-- Rosters that somebody asked to have filled. A roster is named, not referred to: one that is gone fails with these words.
create table if not exists public.greedy_requests (
  roster_id uuid primary key,
  msg_id bigint,
  practice text not null default '',
  urgent boolean not null default false,
  options jsonb not null default '{}',
  asked_at timestamptz not null default clock_timestamp(),
  later jsonb not null default '[]',
  failures integer not null default 0,
  lost_workers integer not null default 0,
  lease uuid,
  worker text,
  taken_at timestamptz,
  exit_code integer,
  reason text,
  remedy text,
  failed_at timestamptz
);
comment on table public.greedy_requests is 'queue of the job GREEDY: one row per roster that is to be filled, or has failed';
comment on column public.greedy_requests.msg_id is 'its message in pgmq.q_greedy; null: it has failed for good';
comment on column public.greedy_requests.practice is 'whose roster it is: practices take turns';
comment on column public.greedy_requests.urgent is 'whether somebody waits for it: before all that is not urgent';
comment on column public.greedy_requests.options is 'of the run: replan, force, from, until, publish';
comment on column public.greedy_requests.later is
  'asked for meanwhile, to be done after this: [{options, urgent, asked_at}], each options once';
comment on column public.greedy_requests.failures is 'tries that failed since it was asked for';
comment on column public.greedy_requests.lost_workers is 'workers that ended while they filled it, since it was asked for';
comment on column public.greedy_requests.lease is 'token of the worker that fills it; in force until the message is due';
comment on column public.greedy_requests.exit_code is 'of the latest failure, as reason and remedy';
-- What somebody has put there by hand and nobody could read would stop every question to the queue.
update public.greedy_requests set options = '{}' where jsonb_typeof(options) is distinct from 'object';
update public.greedy_requests set later = '[]'
where jsonb_typeof(later) is distinct from 'array' or jsonb_path_exists(later, '$[*] ? (!exists (@.options) || @.options.type() != "object")');
do $$
begin
  if not exists (
    select from pg_constraint where conrelid = 'public.greedy_requests'::regclass and conname = 'greedy_requests_readable'
  ) then
    alter table public.greedy_requests add constraint greedy_requests_readable check (
      jsonb_typeof(options) = 'object' and jsonb_typeof(later) = 'array'
    );
  end if;
end
$$;
create index if not exists greedy_requests_message on public.greedy_requests (msg_id);
create index if not exists greedy_requests_lease on public.greedy_requests (lease) where lease is not null;
alter table public.greedy_requests enable row level security;
revoke all on table public.greedy_requests from public, anon, authenticated;
grant select on table public.greedy_requests to service_role;

-- When each practice had its last turn.
create table if not exists public.greedy_turns (
  practice text primary key,
  taken_at timestamptz not null
);
comment on table public.greedy_turns is 'queue of the job GREEDY: when a roster of each practice was last begun';
alter table public.greedy_turns enable row level security;
revoke all on table public.greedy_turns from public, anon, authenticated;
grant select on table public.greedy_turns to service_role;

-- A run that the queue asked for: which try it was, and how long it waited. Null: it was started by hand.
alter table public.greedy_runs
  add column if not exists tried integer,
  add column if not exists waited_ms bigint;
comment on column public.greedy_runs.tried is 'which try of a queued roster, from 1; null: not from the queue';
comment on column public.greedy_runs.waited_ms is 'from the request to the beginning of this try; null: not from the queue';

-- The queue as people read it.
do $$
begin
  if not public.greedy_has_queue() then
    return;
  end if;
  create or replace view public.greedy_queue as
  select
    request.roster_id,
    case
      when message.msg_id is null then 'failed'
      when request.lease is not null and message.vt > clock_timestamp() then 'running'
      else 'waiting'
    end as state,
    request.practice,
    request.urgent,
    request.options,
    request.asked_at as waiting_since,
    case when request.lease is null or message.vt <= clock_timestamp() then message.vt end as due_at,
    case when message.vt > clock_timestamp() then request.worker end as filled_by,
    case when message.vt > clock_timestamp() then request.taken_at end as filled_since,
    request.failures + request.lost_workers as tries,
    request.lost_workers,
    jsonb_array_length(request.later) as asked_again,
    case when not astray then request.exit_code end as exit_code,
    case when astray then 'Its message was taken out of pgmq.q_greedy by hand.' else request.reason end as reason,
    case when astray then 'Ask again, or queue retry.' else request.remedy end as remedy,
    request.failed_at
  from public.greedy_requests as request
  left join pgmq.q_greedy as message on message.msg_id = request.msg_id
  cross join lateral (select request.msg_id is not null and message.msg_id is null as astray) as state;
  comment on view public.greedy_queue is
    'queue of the job GREEDY: waiting since when, filled by whom, how often tried, failed with which reason and remedy';
  revoke all on table public.greedy_queue from public, anon, authenticated;
  grant select on table public.greedy_queue to service_role;
end
$$;

-- Refuses with the remedy where there is no queue.
create or replace function public.greedy_queue_there() returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if not public.greedy_has_queue() then
    raise sqlstate 'PT501' using message = 'The database has no queue: pgmq (Supabase Queues) is not there.',
      hint = 'Enable it (Supabase: Integrations, Queues; or create extension pgmq), then run supabase/install.sql again. '
        'Until then each roster is filled by a command of its own, with --roster-id.';
  end if;
end
$$;

-- The object in a json argument, with known names alone. Some servers hand it over as a string that holds it.
create or replace function public.greedy_options(argument jsonb) returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  name text;
  value jsonb;
begin
  if jsonb_typeof(argument) = 'string' then
    argument := (argument #>> '{}')::jsonb;
  end if;
  argument := jsonb_strip_nulls(coalesce(argument, '{}'));
  if jsonb_typeof(argument) <> 'object' then
    raise exception 'The options of a run are a json object, not %', jsonb_typeof(argument) using errcode = '22023';
  end if;
  for name, value in select * from jsonb_each(argument) loop
    if name in ('replan', 'force', 'publish') and jsonb_typeof(value) = 'boolean' then
      if value = 'false' then
        argument := argument - name; -- so that equal options are equal
      end if;
    elsif name in ('from', 'until') and jsonb_typeof(value) = 'string' and isfinite((value #>> '{}')::date) then
      argument := argument || jsonb_build_object(name, to_char((value #>> '{}')::date, 'YYYY-MM-DD'));
    else
      raise exception 'No option of a run: % %', name, value
        using errcode = '22023', hint = 'replan, force, publish: true or false; from, until: a date.';
    end if;
  end loop;
  return argument;
end
$$;

-- Puts a roster's message into the queue; gives its id.
create or replace function public.greedy_queue_send(target uuid) returns bigint
language plpgsql
security definer
set search_path = ''
as $$
declare
  body jsonb;
  sent bigint;
begin
  select jsonb_build_object(
    'roster_id', roster_id, 'practice', practice, 'urgent', urgent, 'options', options, 'asked_at', asked_at
  ) into body from public.greedy_requests where roster_id = target;
  select told into sent from pgmq.send('greedy'::text, body, 0::integer) as told;
  update public.greedy_requests set msg_id = sent where roster_id = target;
  return sent;
end
$$;

-- Begins what was asked for while this was done, if anything was; the urgent first. False if nothing was.
create or replace function public.greedy_queue_next(target uuid) returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  one public.greedy_requests;
  wish jsonb;
begin
  select * into one from public.greedy_requests where roster_id = target;
  perform pgmq.delete('greedy'::text, one.msg_id::bigint);
  select item into wish from jsonb_array_elements(one.later) with ordinality as items (item, n)
  order by (item ->> 'urgent')::boolean desc, n limit 1;
  if wish is null then
    return false;
  end if;
  update public.greedy_requests set
    urgent = (wish ->> 'urgent')::boolean, options = wish -> 'options', asked_at = (wish ->> 'asked_at')::timestamptz,
    later = (select coalesce(jsonb_agg(item order by n), '[]')
      from jsonb_array_elements(one.later) with ordinality as items (item, n) where item <> wish),
    failures = 0, lost_workers = 0, lease = null, worker = null, taken_at = null, failed_at = null
  where roster_id = target;
  perform public.greedy_queue_send(target);
  return true;
end
$$;

revoke execute on function public.greedy_has_queue(), public.greedy_queue_there(), public.greedy_options(jsonb), public.greedy_queue_send(uuid),
  public.greedy_queue_next(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.greedy_queue_there() to service_role;

-- Asking for rosters to be filled. One message per roster, whatever is asked for how often: what is asked for once more
-- while a worker has the roster, or with other options, is done after it.

-- Asks for one roster. Gives what came of it: added; waiting (it was already asked for so); later (it waits with other
-- options: these come after it); again (a worker has it: once more afterwards).
create or replace function public.greedy_queue_add(target uuid, hurried boolean, wanted jsonb, whose text) returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
  there public.greedy_requests;
  due timestamptz;
  wish jsonb;
  outcome text;
begin
  perform public.greedy_queue_there();
  wanted := public.greedy_options(wanted);
  loop
    -- What a practice is: what the caller names; else what the roster's own row says, where the table has such a column.
    insert into public.greedy_requests (roster_id, practice, urgent, options)
    values (
      target,
      coalesce(
        whose,
        (select coalesce(to_jsonb(roster) ->> 'practice_id', to_jsonb(roster) ->> 'praktijk_id')
          from public.roosters as roster where roster.id = target),
        ''
      ),
      hurried, wanted
    )
    on conflict (roster_id) do nothing;
    if found then
      perform public.greedy_queue_send(target);
      return 'added';
    end if;
    select * into there from public.greedy_requests where roster_id = target for update;
    exit when found; -- else it was done at this very moment
  end loop;
  select vt into due from pgmq.q_greedy where msg_id = there.msg_id;
  if due is null then -- it has failed, or somebody has deleted its message
    update public.greedy_requests set
      practice = coalesce(whose, practice), urgent = hurried, options = wanted, asked_at = clock_timestamp(), later = '[]',
      failures = 0, lost_workers = 0, lease = null, worker = null, taken_at = null, exit_code = null, reason = null,
      remedy = null, failed_at = null
    where roster_id = target;
    perform public.greedy_queue_send(target);
    return 'added';
  end if;
  if there.lease is not null and due > clock_timestamp() then
    outcome := 'again';
  elsif there.options = wanted then
    outcome := 'waiting';
    if hurried then
      update public.greedy_requests set urgent = true where roster_id = target;
    end if;
    if there.lease is null then
      if hurried then
        perform pgmq.set_vt('greedy'::text, there.msg_id::bigint, 0::integer);
      end if;
      return outcome;
    end if;
    -- Its worker's lease is over, but it may be slow, not dead, and have read the roster before what is asked for now:
    -- if it reports that it is done after all, the roster is filled once more; else the next worker's try does both.
  else
    outcome := 'later';
  end if;
  select item into wish from jsonb_array_elements(there.later) as items (item) where item -> 'options' = wanted;
  if wish is null or hurried and not (wish ->> 'urgent')::boolean then
    update public.greedy_requests set later =
      (select coalesce(jsonb_agg(item order by n), '[]')
        from jsonb_array_elements(there.later) with ordinality as items (item, n)
        where item -> 'options' <> wanted)
      || jsonb_build_array(jsonb_build_object(
        'options', wanted, 'urgent', hurried, 'asked_at', coalesce(wish ->> 'asked_at', clock_timestamp()::text)
      ))
    where roster_id = target;
  end if;
  return outcome;
end
$$;

-- Asks for rosters, in one transaction. Gives [{roster_id, outcome}].
create or replace function public.greedy_enqueue(
  rosters jsonb, urgent boolean default false, options jsonb default '{}', practice text default null
) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  wanted constant jsonb := public.greedy_options(options);
  ids constant uuid[] := array(
    select distinct item::uuid as id from jsonb_array_elements_text(public.greedy_array(rosters)) as items (item) order by id
  );
  added uuid[];
  waiting uuid[];
  one uuid;
  told jsonb;
begin
  perform public.greedy_queue_there();
  -- Most are new, or wait with just this already: all at once. The others one by one, as greedy_queue_add has it.
  with new_ones as (
    insert into public.greedy_requests (roster_id, practice, urgent, options)
    select asked.id, coalesce(
        greedy_enqueue.practice, to_jsonb(roster) ->> 'practice_id', to_jsonb(roster) ->> 'praktijk_id', ''
      ), greedy_enqueue.urgent, wanted
    from unnest(ids) as asked (id) left join public.roosters as roster on roster.id = asked.id
    order by asked.id -- who asks for many, has them filled in this order
    on conflict (roster_id) do nothing
    returning roster_id
  )
  select array_agg(roster_id) into added from new_ones;
  with messages as materialized (
    select request.roster_id, sent.id
    from (select * from public.greedy_requests where roster_id = any (added) order by roster_id) as request
    cross join lateral pgmq.send('greedy'::text, jsonb_build_object(
      'roster_id', request.roster_id, 'practice', request.practice, 'urgent', request.urgent, 'options', request.options,
      'asked_at', request.asked_at
    ), 0::integer) as sent (id)
  )
  update public.greedy_requests as request set msg_id = messages.id
  from messages where messages.roster_id = request.roster_id;
  waiting := array(
    select request.roster_id from public.greedy_requests as request
    where request.roster_id = any (ids) and request.roster_id <> all (coalesce(added, '{}')) and request.lease is null
      and request.options = wanted
      and exists (select from pgmq.q_greedy as message where message.msg_id = request.msg_id)
      and not greedy_enqueue.urgent -- which is due at once, if it waits to be tried again
    order by request.roster_id for update
  );
  select jsonb_object_agg(id, case when id = any (added) then 'added' else 'waiting' end) into told
  from unnest(added || waiting) as done (id);
  told := coalesce(told, '{}');
  foreach one in array ids loop
    if not told ? one::text then
      told := told || jsonb_build_object(one, public.greedy_queue_add(one, greedy_enqueue.urgent, wanted, greedy_enqueue.practice));
    end if;
  end loop;
  return (
    select coalesce(jsonb_agg(jsonb_build_object('roster_id', id, 'outcome', told ->> id::text) order by n), '[]')
    from unnest(ids) with ordinality as asked (id, n)
  );
end
$$;

-- The rosters that are due: not closed, with days to come, and with open shifts, or changed since their last run, or never
-- filled. `words`: what the job writes in `source`, which is no change.
create or replace function public.greedy_due(today date, words jsonb default '["greedy", "greedy-blocking"]')
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  ours constant text[] := array(select jsonb_array_elements_text(public.greedy_array(words)));
  found jsonb;
begin
  select coalesce(jsonb_agg(roster.id order by roster.start_date, roster.id), '[]') into found
  from public.roosters as roster
  left join lateral (
    select run.started_at, run.started_at + run.duration_ms * interval '1 ms' as ended_at
    from public.greedy_runs as run
    where run.roster_id = roster.id and run.exit_code = 0
    order by run.started_at desc limit 1
  ) as last on true
  where lower(coalesce(to_jsonb(roster) ->> 'status', '')) not in ('final', 'completed', 'archived')
    and roster.end_date >= today
    and (
      last.started_at is null
      or exists (
        select from (
          select need.date, need.dagdeel, need.service_id, sum(need.aantal) as places
          from public.roster_period_staffing_dagdelen as need
          where need.roster_id = roster.id and need.date >= today and need.aantal > 0
            and need.status is distinct from 'MAG_NIET'
          group by need.date, need.dagdeel, need.service_id
        ) as shift
        left join (
          select slot.date, slot.dagdeel, slot.service_id, count(*) as staff
          from public.roster_assignments as slot
          where slot.roster_id = roster.id and slot.date >= today and slot.status = 1
          group by slot.date, slot.dagdeel, slot.service_id
        ) as worked using (date, dagdeel, service_id)
        where shift.places > coalesce(worked.staff, 0)
      )
      or exists (
        select from public.roster_assignments as slot
        where slot.roster_id = roster.id and slot.date >= today
          and slot.updated_at > case when slot.source = any (ours) then last.ended_at else last.started_at end
      )
    );
  return found;
end
$$;

-- For the practice's application: asks for a roster to be filled now, before the night's, in the caller's own transaction.
-- Its caller must see the roster, so that the policies of roosters decide who may ask for which. It is for the secret key
-- alone until you open it to planners:
--   grant execute on function public.request_roster(uuid, jsonb), public.greedy_asked(uuid, jsonb) to authenticated;
-- `options` as of greedy_enqueue, without force. Gives what came of it, as greedy_queue_add.
create or replace function public.request_roster(roster_id uuid, options jsonb default '{}') returns text
language plpgsql
set search_path = ''
as $$
declare
  outcome text;
begin
  if not exists (select from public.roosters as roster where roster.id = request_roster.roster_id) then
    raise sqlstate 'PT404' using message = format('Roster %s is not there, or not yours to fill.', roster_id);
  end if;
  perform set_config('greedy.asked', pg_current_xact_id()::text || ' ' || roster_id, true);
  outcome := public.greedy_asked(roster_id, options);
  perform set_config('greedy.asked', '', true);
  return outcome;
end
$$;

-- The part of it that needs rights; refuses whoever calls it by itself.
create or replace function public.greedy_asked(target uuid, options jsonb) returns text
language plpgsql
security definer
set search_path = ''
as $$
begin
  if current_setting('greedy.asked', true) is distinct from pg_current_xact_id()::text || ' ' || target then
    raise insufficient_privilege using message = 'greedy_asked is a part of request_roster: call that.';
  end if;
  options := public.greedy_options(options);
  if options ? 'force' then
    raise exception 'A closed roster is not filled on request' using errcode = '22023', hint = 'Leave force out.';
  end if;
  return public.greedy_queue_add(target, true, options, null);
end
$$;

revoke execute on function public.greedy_queue_add(uuid, boolean, jsonb, text)
from public, anon, authenticated, service_role;
revoke execute on function
  public.greedy_enqueue(jsonb, boolean, jsonb, text), public.greedy_due(date, jsonb)
from public, anon, authenticated;
grant execute on function
  public.greedy_enqueue(jsonb, boolean, jsonb, text), public.greedy_due(date, jsonb)
to service_role;
-- Who may ask is the practice's to open, and stays so when this is run again: the comment shows that it ran before.
do $$
declare
  one record;
begin
  for one in
    select oid::regprocedure as signature from pg_proc
    where pronamespace = 'public'::regnamespace and proname in ('request_roster', 'greedy_asked')
      and obj_description(oid, 'pg_proc') is null
  loop
    execute format('revoke execute on function %s from public, anon, authenticated', one.signature);
    execute format('grant execute on function %s to service_role', one.signature);
    execute format(
      'comment on function %s is %L', one.signature, 'queue of the job GREEDY; who may call it is yours to grant'
    );
  end loop;
end
$$;

-- Working the queue: a worker takes a roster under a lease, fills it, and reports. Its lease ends when the roster's message
-- is due again: another worker may then take the roster, and what the first still wants to write is refused.

-- Gives the figures of the queue: waiting, running, failed (rosters); oldest_s, since when the one asked for first waits;
-- next_s, in how many seconds a roster will be due, of all that wait or run; null where there is none. `there` is false
-- where there is no queue. A roster whose message somebody took out of pgmq by hand counts as failed.
create or replace function public.greedy_queue_figures() returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  figures jsonb;
begin
  if not public.greedy_has_queue() then
    return '{"there": false}';
  end if;
  select jsonb_build_object(
    'there', true,
    'waiting', count(*) filter (where message.vt is not null and not coalesce(held, false)),
    'running', count(*) filter (where held),
    'failed', count(*) filter (where message.msg_id is null),
    'oldest_s', extract(epoch from clock_timestamp() - min(request.asked_at)
      filter (where message.vt is not null and not coalesce(held, false))),
    'next_s', case when count(message.vt) > 0
      then greatest(0, extract(epoch from min(message.vt) - clock_timestamp())) end
  )
  into figures
  from public.greedy_requests as request
  left join pgmq.q_greedy as message on message.msg_id = request.msg_id
  cross join lateral (select request.lease is not null and message.vt > clock_timestamp() as held) as state;
  return figures;
end
$$;

-- Ends a roster's way through the queue without success: what was asked for meanwhile comes next, else it stays as failed.
create or replace function public.greedy_queue_fail(target uuid, code integer, why text, cure text) returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.greedy_requests set exit_code = code, reason = left(why, 2000), remedy = left(cure, 2000)
  where roster_id = target;
  if not public.greedy_queue_next(target) then
    update public.greedy_requests set
      msg_id = null, lease = null, worker = null, taken_at = null, failed_at = clock_timestamp()
    where roster_id = target;
  end if;
end
$$;

-- What a worker reports of the roster that it has under a lease. Each gives false where somebody else has taken the roster
-- meanwhile, or nobody has it any more, as after a repeat: nothing is changed then.

-- It is filled. What was asked for meanwhile comes next.
create or replace function public.greedy_queue_done(target uuid, token uuid) returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform from public.greedy_requests where roster_id = target and lease = token for update;
  if not found then
    return false;
  end if;
  if public.greedy_queue_next(target) then
    update public.greedy_requests set exit_code = null, reason = null, remedy = null where roster_id = target;
  else
    delete from public.greedy_requests where roster_id = target;
  end if;
  return true;
end
$$;

-- It failed, and is tried again in so many seconds. That try does what was asked for meanwhile with the same options, too.
create or replace function public.greedy_queue_again(
  target uuid, token uuid, seconds integer, code integer, why text, cure text
) returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  one public.greedy_requests;
begin
  update public.greedy_requests set
    failures = failures + 1, lease = null, worker = null, taken_at = null,
    exit_code = code, reason = left(why, 2000), remedy = left(cure, 2000)
  where roster_id = target and lease = token
  returning * into one;
  if not found then
    return false;
  end if;
  perform pgmq.set_vt('greedy'::text, one.msg_id::bigint, seconds::integer);
  perform public.greedy_queue_join(target);
  return true;
end
$$;

-- It was stopped, through no fault of its own: due at once, and no try counted.
create or replace function public.greedy_queue_give_back(target uuid, token uuid) returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  message bigint;
begin
  update public.greedy_requests set lease = null, worker = null, taken_at = null
  where roster_id = target and lease = token
  returning msg_id into message;
  if not found then
    return false;
  end if;
  perform pgmq.set_vt('greedy'::text, message::bigint, 0::integer);
  perform public.greedy_queue_join(target);
  return true;
end
$$;

-- It has failed for good: the dead letter, with its reason and remedy.
create or replace function public.greedy_queue_give_up(target uuid, token uuid, code integer, why text, cure text)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.greedy_requests set failures = failures + 1 where roster_id = target and lease = token;
  if not found then
    return false;
  end if;
  perform public.greedy_queue_fail(target, code, why, cure);
  return true;
end
$$;

-- Of what waits again: takes together what was asked for with the same options while a worker had it.
create or replace function public.greedy_queue_join(target uuid) returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.greedy_requests set
    urgent = urgent or coalesce(
      (select (item ->> 'urgent')::boolean from jsonb_array_elements(later) as items (item)
        where item -> 'options' = options),
      false
    ),
    later = (select coalesce(jsonb_agg(item order by n), '[]')
      from jsonb_array_elements(later) with ordinality as items (item, n) where item -> 'options' <> options)
  where roster_id = target and later <> '[]';
end
$$;

-- Reports what became of a roster, and keeps the run's row of the history: {roster_id, token, fate, seconds, code, why, cure,
-- run}; `fate`: done, again, given_back, given_up. Gives what those give; null for no report.
create or replace function public.greedy_queue_report(report jsonb) returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  target uuid;
  token uuid;
begin
  if jsonb_typeof(report) = 'string' then
    report := (report #>> '{}')::jsonb;
  end if;
  if report is null or jsonb_typeof(report) = 'null' then
    return null;
  end if;
  if jsonb_typeof(report -> 'run') = 'object' then
    begin
      insert into public.greedy_runs
      select * from jsonb_populate_record(null::public.greedy_runs, report -> 'run')
      on conflict (run_id) do nothing;
    exception when others then
      raise warning 'The history of a run could not be written: % (%)', sqlerrm, sqlstate; -- the run stands all the same
    end;
  end if;
  target := (report ->> 'roster_id')::uuid;
  token := (report ->> 'token')::uuid;
  return case report ->> 'fate'
    when 'done' then public.greedy_queue_done(target, token)
    when 'again' then public.greedy_queue_again(
      target, token, (report ->> 'seconds')::integer, (report ->> 'code')::integer, report ->> 'why', report ->> 'cure'
    )
    when 'given_back' then public.greedy_queue_give_back(target, token)
    when 'given_up' then public.greedy_queue_give_up(
      target, token, (report ->> 'code')::integer, report ->> 'why', report ->> 'cure'
    )
  end;
end
$$;

-- Takes the roster whose turn it is. Urgent ones go first; then practices take turns: the one of which fewest rosters are
-- being filled, then the one whose last turn is longest ago; within a practice, who asked first.
--
-- `token` names the lease, in force for `seconds`; taken again with the same token, as after a lost answer, it is the same
-- roster. `report`, of the roster before, as greedy_queue_report has it: in one request with the next.
--
-- Gives {queue: figures, reported: as greedy_queue_report, taken: null or {roster_id, practice, urgent, options, try,
-- failures, waited_ms}}.
create or replace function public.greedy_queue_take(token uuid, called text, seconds integer, report jsonb default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  most_lost constant integer := 3;
  one public.greedy_requests;
  reported boolean;
begin
  perform public.greedy_queue_there();
  reported := public.greedy_queue_report(report);
  perform pg_advisory_xact_lock(hashtextextended('greedy queue', 0)); -- a turn is one worker's at a time
  select * into one from public.greedy_requests where lease = token;
  if found then -- the answer was lost, it may be long ago: the lease begins anew
    perform pgmq.set_vt('greedy'::text, one.msg_id::bigint, seconds::integer);
  end if;
  while one.roster_id is null loop
    select request.* into one
    from public.greedy_requests as request
    join pgmq.q_greedy as message on message.msg_id = request.msg_id
    left join public.greedy_turns as turn on turn.practice = request.practice
    left join (
      select beside.practice, count(*) as running
      from public.greedy_requests as beside join pgmq.q_greedy as theirs on theirs.msg_id = beside.msg_id
      where beside.lease is not null and theirs.vt > clock_timestamp()
      group by beside.practice
    ) as busy on busy.practice = request.practice
    where case
      when message.vt > clock_timestamp() then false
      when request.lease is null then true
      -- Whoever writes under a lease holds it until that is done (greedy_under_lease). Asked last: it takes the lock.
      else pg_try_advisory_xact_lock(hashtextextended('greedy lease ' || request.lease, 0))
    end
    order by request.urgent desc, coalesce(busy.running, 0), turn.taken_at nulls first, request.asked_at, request.msg_id
    limit 1
    for update of request skip locked;
    exit when not found;
    if one.lease is not null then
      one.lost_workers := one.lost_workers + 1;
      update public.greedy_requests set lost_workers = one.lost_workers where roster_id = one.roster_id;
      perform public.greedy_queue_join(one.roster_id);
      if one.lost_workers >= most_lost then
        perform public.greedy_queue_fail(
          one.roster_id, 1,
          format('%s workers ended while they filled this roster, the last of them %s.', one.lost_workers, one.worker),
          'Fill it by a command of its own and see what it needs (memory, --timeout); then queue retry.'
        );
        one := null;
        continue;
      end if;
    end if;
    update public.greedy_requests set lease = token, worker = called, taken_at = clock_timestamp()
    where roster_id = one.roster_id returning * into one;
    perform pgmq.set_vt('greedy'::text, one.msg_id::bigint, seconds::integer);
    insert into public.greedy_turns as turn (practice, taken_at) values (one.practice, clock_timestamp())
    on conflict (practice) do update set taken_at = excluded.taken_at;
  end loop;
  return jsonb_build_object(
    'queue', public.greedy_queue_figures(),
    'reported', reported,
    'taken', case when one.roster_id is not null then jsonb_build_object(
      'roster_id', one.roster_id, 'practice', one.practice, 'urgent', one.urgent, 'options', one.options,
      'try', one.failures + one.lost_workers + 1, 'failures', one.failures,
      'waited_ms', round(1000 * extract(epoch from one.taken_at - one.asked_at))
    ) end
  );
end
$$;

-- Calls one of the job's writing functions, in one transaction with the proof that the lease is in force: a worker that
-- comes back too late writes nothing. As long as this lasts nobody else can take the roster. PT410: the lease is over.
--
-- Who asks for the roster meanwhile does not wait for this: the row of the request is not locked.
create or replace function public.greedy_under_lease(target uuid, token uuid, called text, arguments jsonb) returns jsonb
language plpgsql
set default_transaction_isolation = 'read committed' -- as of greedy_write
set search_path = ''
as $$
begin
  if jsonb_typeof(arguments) = 'string' then
    arguments := (arguments #>> '{}')::jsonb;
  end if;
  if not public.greedy_lease_holds(target, token) then
    raise sqlstate 'PT410' using
      message = format('The lease of roster %s is over: another worker may have it by now; nothing was written.', target),
      hint = 'Give workers a longer --timeout, if a run may take that long.';
  end if;
  case called
    when 'greedy_write' then
      return public.greedy_write(target, arguments -> 'records', (arguments ->> 'written_at')::timestamptz);
    when 'greedy_replan' then
      return public.greedy_replan(
        target, arguments -> 'taken_back', arguments -> 'planned', (arguments ->> 'written_at')::timestamptz
      );
    when 'greedy_move' then
      return public.greedy_move(target, arguments -> 'moved', arguments ->> 'word');
    when 'greedy_finish' then
      return public.greedy_finish(target, arguments -> 'counters', (arguments ->> 'begun')::boolean);
    else
      raise exception 'No function that writes under a lease: %', called using errcode = '22023';
  end case;
end
$$;

-- Whether a lease is in force; it stays so until the transaction ends.
create or replace function public.greedy_lease_holds(target uuid, token uuid) returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  if not pg_try_advisory_xact_lock_shared(hashtextextended('greedy lease ' || token, 0)) then
    return false; -- another worker is taking the roster at this moment
  end if;
  return exists (
    select from public.greedy_requests as request join pgmq.q_greedy as message on message.msg_id = request.msg_id
    where request.roster_id = target and request.lease = token and message.vt > clock_timestamp()
  );
end
$$;

-- Lets rows of the job's name the requirement that they fill, {requirement: [ids]}; what a planner has taken since stays.
create or replace function public.greedy_move(target uuid, moved jsonb, word text) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  requirements uuid[]; wanted uuid[]; -- row by row
  held uuid[];
  rows_moved bigint;
begin
  select array_agg(requirement::uuid), array_agg(id::uuid) into requirements, wanted
  from jsonb_each(moved) as moves (requirement, ids), jsonb_array_elements_text(ids) as items (id);
  -- What somebody is editing stays, too: to wait for them could be a deadlock, in which they are the ones who lose.
  held := array(
    select slot.id from public.roster_assignments as slot
    where slot.id = any (wanted) and slot.roster_id = target and slot.status = 1 and slot.source = word
    for no key update skip locked
  );
  execute $update$
    update public.roster_assignments as slot set roster_period_staffing_dagdelen_id = move.requirement
    from unnest($1, $2) as move (requirement, id)
    where slot.id = move.id and slot.id = any ($3)
  $update$ using requirements, wanted, held;
  get diagnostics rows_moved = row_count;
  return jsonb_build_object('moved', rows_moved);
end
$$;

-- For the operator: lets what has failed be tried again, one roster or (null) all; what has no message has failed, by
-- whatever way. Gives how many.
create or replace function public.greedy_queue_retry(target uuid default null) returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  one uuid;
  told integer := 0;
begin
  perform public.greedy_queue_there();
  for one in
    update public.greedy_requests as request set
      failures = 0, lost_workers = 0, lease = null, worker = null, taken_at = null, failed_at = null, exit_code = null,
      reason = null, remedy = null, asked_at = clock_timestamp()
    where roster_id = coalesce(target, roster_id)
      and not exists (select from pgmq.q_greedy as message where message.msg_id = request.msg_id)
    returning roster_id
  loop
    perform public.greedy_queue_send(one);
    told := told + 1;
  end loop;
  return told;
end
$$;

-- For the operator: takes a roster out of the queue, whatever its state. A worker that has it writes no more from then on.
create or replace function public.greedy_queue_drop(target uuid) returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  message bigint;
begin
  perform public.greedy_queue_there();
  delete from public.greedy_requests where roster_id = target returning msg_id into message;
  if not found then
    return false;
  end if;
  perform pgmq.delete('greedy'::text, message::bigint);
  return true;
end
$$;

revoke execute on function public.greedy_queue_fail(uuid, integer, text, text), public.greedy_queue_join(uuid)
from public, anon, authenticated, service_role;
revoke execute on function
  public.greedy_queue_figures(), public.greedy_queue_take(uuid, text, integer, jsonb), public.greedy_queue_report(jsonb), public.greedy_queue_done(uuid, uuid),
  public.greedy_queue_again(uuid, uuid, integer, integer, text, text), public.greedy_queue_give_back(uuid, uuid),
  public.greedy_queue_give_up(uuid, uuid, integer, text, text), public.greedy_under_lease(uuid, uuid, text, jsonb),
  public.greedy_lease_holds(uuid, uuid), public.greedy_move(uuid, jsonb, text), public.greedy_queue_retry(uuid),
  public.greedy_queue_drop(uuid)
from public, anon, authenticated;
grant execute on function
  public.greedy_queue_figures(), public.greedy_queue_take(uuid, text, integer, jsonb), public.greedy_queue_report(jsonb), public.greedy_queue_done(uuid, uuid),
  public.greedy_queue_again(uuid, uuid, integer, integer, text, text), public.greedy_queue_give_back(uuid, uuid),
  public.greedy_queue_give_up(uuid, uuid, integer, text, text), public.greedy_under_lease(uuid, uuid, text, jsonb),
  public.greedy_lease_holds(uuid, uuid), public.greedy_move(uuid, jsonb, text), public.greedy_queue_retry(uuid),
  public.greedy_queue_drop(uuid)
to service_role;

-- What of this stands in the database, what differs, and the statement that mends it, for `--check` and each run.
create or replace function public.greedy_schema() returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  expected constant jsonb := '{"greedy_planners_word": "97567887de556f6364f3ab05bdd6dc30", "greedy_share": "050e3b9474fcfc5e9bf3c4b30a144bc9", "greedy_take": "64eafb30269d891b000a863a831b5e53", "greedy_hand_over": "c289a5aec60c62d0181e084a7e26b0be", "greedy_keep_rest": "ed820c5d376381e5ace3b83bc19eae48", "greedy_open_rest": "4b50e0f774e9a003a3f29a745ae79d5c", "greedy_block_rest": "6957339390349a1799ae441ee09383f4", "greedy_rest": "eb4a5fceb758776b5914d7b988488d3f", "greedy_misfits": "5fc000bc68491b364f26b1e18cb84b16", "greedy_array": "bcaff22188e6c7d868c5fd5fc4095774", "greedy_store": "cd861d9c16c3a563dd40d18e9c0dd87d", "greedy_hold": "49be0a87d2fd8a618ac41b5a3f0f2407", "greedy_write_held": "e87ac042f17551fd83ef8a2aa18a5e3e", "greedy_clear": "b3b3cd160b6f7642f72ef48f8f7d1c5c", "greedy_take_back": "330c720281c80c956b341a8e6099a14c", "greedy_locked": "d53f7306ddd8fa931aa2fe4638b48287", "greedy_write": "99574ee33d896c88ce3a8bbedb7d3511", "greedy_replan": "2b17198ebbdd179222326dd3836fc9fd", "greedy_finish": "0bf780b50728accf4d1b48412abc7994", "greedy_try": "24e85991a2c7e0807be886d0e5d17392", "greedy_has_queue": "8bdeb9c7564f95186ec2454730e66ab3", "greedy_queue_there": "30094f537b6d7de166d06ea95b044f33", "greedy_options": "d901502fd6fd63c392d396d6385db171", "greedy_queue_send": "2ef39b5602f0d355ac3ae7310b894fdf", "greedy_queue_next": "1c1a9e0a9e94f601f4d545b14fb7ec53", "greedy_queue_add": "e4d6aeb01170467c47e58a49badf124c", "greedy_enqueue": "add7a0f8e4da7b27b55d62e7963df695", "greedy_due": "2c87ae7b52077a6a2619029b8c5bb031", "request_roster": "29a3cc284c5a9319f9e2ce74ddd9f5b0", "greedy_asked": "882e6cac0d90409a8724c01438eddeb2", "greedy_queue_figures": "cc07754f0ed9a072a46f2b6a6237be7b", "greedy_queue_fail": "14277993d57406a060ada960985ae8d0", "greedy_queue_done": "567d56820288f52e94968ed003bc2c96", "greedy_queue_again": "bacec6925e6b782a91d527077e85308d", "greedy_queue_give_back": "5f8557770fb229b9e6c767d5e87722e8", "greedy_queue_give_up": "0c1ff9b7882c30fdef42ab938677663b", "greedy_queue_join": "e22d63d93da96bc1646e8f61c48d4da1", "greedy_queue_report": "5777f0b7ce5a9a58c06f25928fe19201", "greedy_queue_take": "fd97c4cc6d2b16f42d03e290c3a769ab", "greedy_under_lease": "4109982722f2c5cc590577a6774cb80e", "greedy_lease_holds": "485f8b6fe44542c930b5518b1bbbc101", "greedy_move": "1a5d855c0ea0e501dbf3c631b370a912", "greedy_queue_retry": "b41e32d521425745631c5a1e35781b2a", "greedy_queue_drop": "1aa52654bf41755fce9f7317063bc458", "greedy_begin": "ba23af1f405cd5a195d65880bcaf688d"}'; -- name -> md5 of its text
  install constant text := 'run supabase/install.sql';
  rows_table constant regclass := to_regclass('public.roster_assignments');
  differences jsonb := '[]';
  duties jsonb := '[]';
  one record;
begin
  if not exists (
    select from pg_catalog.pg_index as key
    where key.indrelid = rows_table and key.indisunique and key.indisvalid and key.indimmediate and key.indpred is null
      and key.indexprs is null and key.indnkeyatts = 4
      and (
        select array_agg(attname::text order by attname) from pg_catalog.pg_attribute
        where attrelid = key.indrelid and attnum = any (key.indkey[0:3])
      ) = array['dagdeel', 'date', 'employee_id', 'roster_id']
  ) then
    differences := differences || jsonb_build_object(
      'part', 'key', 'name', 'roster_id, employee_id, date, dagdeel',
      'words', 'no unique key over (roster_id, employee_id, date, dagdeel): a slot can be there twice, and upserts fail',
      'statement', 'alter table public.roster_assignments add constraint roster_assignments_greedy_key '
        'unique (roster_id, employee_id, date, dagdeel);'
    );
  end if;
  if not exists (
    select from pg_catalog.pg_index as there
    where there.indrelid = rows_table and there.indisvalid and there.indpred is null and there.indnkeyatts >= 2
      and (select attname from pg_catalog.pg_attribute where attrelid = there.indrelid and attnum = there.indkey[0]) = 'employee_id'
      and (select attname from pg_catalog.pg_attribute where attrelid = there.indrelid and attnum = there.indkey[1]) = 'date'
  ) then
    differences := differences || jsonb_build_object(
      'part', 'index', 'name', 'roster_assignments_employee_date',
      'words', 'no index on (employee_id, date): each write searches all rows of all rosters',
      'statement', 'create index roster_assignments_employee_date on public.roster_assignments (employee_id, date);'
    );
  end if;
  if not exists (
    select from pg_catalog.pg_index as there
    where there.indrelid = rows_table and there.indisvalid
      and (there.indpred is null or pg_get_expr(there.indpred, there.indrelid) = '(status = 1)')
      and (select attname from pg_catalog.pg_attribute where attrelid = there.indrelid and attnum = there.indkey[0]) = 'date'
  ) then
    differences := differences || jsonb_build_object(
      'part', 'index', 'name', 'roster_assignments_active_date',
      'words', 'no index on (date) of ACTIVE rows: each run and each write searches all rows of all rosters',
      'statement', 'create index roster_assignments_active_date on public.roster_assignments (date) where status = 1;'
    );
  end if;

  for one in
    select wanted.name, there.tgenabled
    from unnest(array[
      'roster_assignments_10_share', 'roster_assignments_15_keep_rest', 'roster_assignments_20_hand_over',
      'roster_assignments_greedy_insert', 'roster_assignments_greedy_update', 'roster_assignments_greedy_delete'
    ]) as wanted (name)
    left join pg_catalog.pg_trigger as there on there.tgrelid = rows_table and there.tgname = wanted.name
    where there.tgenabled is null or there.tgenabled not in ('O', 'A')
  loop
    differences := differences || jsonb_build_object(
      'part', 'trigger', 'name', one.name,
      'words', format('the trigger %s is %s', one.name, case when one.tgenabled is null then 'missing' else 'disabled' end),
      'statement', case when one.tgenabled is null then install
        else format('alter table public.roster_assignments enable trigger %I;', one.name) end
    );
  end loop;

  for one in
    select wanted.name, there.text_now
    from jsonb_each_text(expected) as wanted (name, text_then)
    left join lateral (
      select md5(prosrc) as text_now from pg_catalog.pg_proc
      where pronamespace = 'public'::regnamespace and proname = wanted.name
      order by md5(prosrc) = wanted.text_then desc limit 1
    ) as there on true
    where there.text_now is distinct from wanted.text_then
  loop
    differences := differences || jsonb_build_object(
      'part', 'function', 'name', one.name,
      'words', format('the function %s is %s', one.name, case when one.text_now is null then 'missing' else 'another version' end),
      'statement', install
    );
  end loop;

  if to_regclass('public.greedy_duties') is null then
    differences := differences || jsonb_build_object(
      'part', 'duties', 'name', 'greedy_duties', 'words', 'the table greedy_duties is missing', 'statement', install
    );
  else
    select coalesce(jsonb_agg(
      to_jsonb(duty)
      order by duty.code collate "C", strpos('OMA', duty.dagdeel)
    ), '[]')
    into duties from public.greedy_duties as duty;
    for one in
      select duty.code, duty.dagdeel, duty.other_code, duty.other_dagdeel
      from public.greedy_duties as duty
      left join public.greedy_duties as half on half.code = duty.other_code and half.dagdeel = duty.other_dagdeel
      where duty.other_code is not null
        and (half.other_code, half.other_dagdeel) is distinct from (duty.code, duty.dagdeel)
    loop
      differences := differences || jsonb_build_object(
        'part', 'duties', 'name', one.code,
        'words', format('%s names %s as its other half, but %2$s does not name %1$s', one.code, one.other_code),
        'statement', format(
          'update public.greedy_duties set other_code = %L, other_dagdeel = %L where code = %L and dagdeel = %L;',
          one.code, one.dagdeel, one.other_code, one.other_dagdeel
        )
      );
    end loop;
  end if;

  if to_regclass('public.greedy_runs') is null then
    differences := differences || jsonb_build_object(
      'part', 'history', 'name', 'greedy_runs', 'words', 'the table greedy_runs is missing: runs leave no history',
      'statement', install
    );
  end if;
  return jsonb_build_object(
    'version', 3,
    'role', current_user,
    'may_write', coalesce(has_table_privilege(rows_table, 'insert') and has_table_privilege(rows_table, 'update'), false),
    'columns', (
      select jsonb_agg(attname order by attnum) from pg_catalog.pg_attribute
      where attrelid = rows_table and attnum > 0 and not attisdropped
    ),
    'tables', (
      select jsonb_object_agg(there.relname, jsonb_build_object(
        'row_security', case when there.relkind in ('r', 'p') then there.relrowsecurity end, -- null: a view has none
        'public', exists (
          select from pg_catalog.pg_roles
          where rolname in ('anon', 'authenticated')
            and has_table_privilege(oid, there.oid, 'select, insert, update, delete')
        ),
        'columns', (
          select jsonb_object_agg(attname, case typtype
            when 'e' then 'enum' when 'd' then format_type(typbasetype, null) else format_type(atttypid, null) end)
          from pg_catalog.pg_attribute join pg_catalog.pg_type on pg_type.oid = atttypid
          where attrelid = there.oid and attnum > 0 and not attisdropped
        ),
        'keys', case when there.relkind in ('r', 'p') then (
          select coalesce(jsonb_agg((
            select jsonb_agg(attname) from pg_catalog.pg_attribute
            where attrelid = key.indrelid and attnum = any (key.indkey[0:key.indnkeyatts - 1])
          )), '[]')
          from pg_catalog.pg_index as key
          where key.indrelid = there.oid and key.indisunique and key.indisvalid and key.indpred is null
            and key.indexprs is null
        ) end
      ))
      from pg_catalog.pg_class as there
      where there.oid in (
        to_regclass('public.roosters'), to_regclass('public.employees'), to_regclass('public.service_types'),
        to_regclass('public.roster_period_staffing_dagdelen'), to_regclass('public.roster_employee_services'), rows_table
      )
    ),
    'history', to_regclass('public.greedy_runs') is not null,
    'duty_table', duties,
    'differences', differences
  );
end
$$;
revoke execute on function public.greedy_schema() from public, anon, authenticated;
grant execute on function public.greedy_schema() to service_role;

-- The above, and with `target` also what comes of writing a row of each kind (greedy_try): the job's first question.
create or replace function public.greedy_begin(target uuid default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return public.greedy_schema() || jsonb_build_object('attempts', public.greedy_try(target));
end
$$;
revoke execute on function public.greedy_begin(uuid) from public, anon, authenticated;
grant execute on function public.greedy_begin(uuid) to service_role;

notify pgrst, 'reload schema';

commit;
