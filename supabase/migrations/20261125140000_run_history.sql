-- What each run of the job did, so that "when did this roster last run, and was it better before" has an answer. The
-- job writes one row at the end of each run that is no dry run, also of one that failed, and works without this table.
--
-- A roster is named, not referred to: the history outlives it, and a run for a roster that does not exist is one too.

create table public.greedy_runs (
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
comment on table public.greedy_runs is 'history of the job GREEDY: one row per run, written at its end';
comment on column public.greedy_runs.exit_code is '0 done; else the exit code of the process: what kind of failure';
comment on column public.greedy_runs.version is 'version of the job';
comment on column public.greedy_runs.from_date is 'first day that the run was confined to; null: not confined';
comment on column public.greedy_runs.needed is 'places, as the four after it; null: the run ended before it knew';
comment on column public.greedy_runs.rest_proven is 'whether FASE 4C found all rest in place; null: it did not run';

create index greedy_runs_roster on public.greedy_runs (roster_id, started_at desc);
create index greedy_runs_started on public.greedy_runs (started_at desc);

alter table public.greedy_runs enable row level security;
revoke all on table public.greedy_runs from public, anon, authenticated;
grant select, insert, update, delete on table public.greedy_runs to service_role;
