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
