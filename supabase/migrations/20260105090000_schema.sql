-- Tables that GREEDY reads and writes. Only the secret key gets in: row-level security is on without policies, and
-- every right is granted here, because hosted projects no longer grant any by themselves.

create table public.roosters (
  id uuid primary key default gen_random_uuid(),
  start_date date not null,
  end_date date not null,
  status text not null default 'concept',
  constraint roosters_period check (end_date >= start_date)
);
comment on column public.roosters.end_date is 'last day of the roster, inclusive';

create table public.employees (
  id text primary key,
  voornaam text not null,
  achternaam text not null default '',
  team text not null default 'Overig' check (team in ('Groen', 'Oranje', 'Overig')),
  dienstverband text,
  actief boolean not null default true
);

create table public.service_types (
  id uuid primary key default gen_random_uuid(),
  code text not null unique,
  naam text not null,
  is_system boolean not null default false,
  actief boolean not null default true
);

create table public.roster_period_staffing_dagdelen (
  id uuid primary key default gen_random_uuid(),
  roster_id uuid not null references public.roosters on delete cascade,
  date date not null,
  dagdeel text not null check (dagdeel in ('O', 'M', 'A')),
  team text not null check (team in ('TOT', 'GRO', 'ORA')),
  service_id uuid not null references public.service_types,
  status text not null check (status in ('MOET', 'MAG', 'MAG_NIET', 'AANGEPAST')),
  aantal integer not null default 0 check (aantal >= 0),
  invulling integer not null default 0,
  unique (roster_id, date, dagdeel, team, service_id)
);

create table public.roster_employee_services (
  id uuid primary key default gen_random_uuid(),
  roster_id uuid not null references public.roosters on delete cascade,
  employee_id text not null references public.employees,
  service_id uuid not null references public.service_types,
  aantal integer not null default 0 check (aantal >= 0),
  actief boolean not null default true,
  unique (roster_id, employee_id, service_id)
);
comment on column public.roster_employee_services.aantal is 'quota: shifts of this service in the roster''s period';

create table public.roster_assignments (
  id uuid primary key default gen_random_uuid(),
  roster_id uuid not null references public.roosters on delete cascade,
  employee_id text not null references public.employees,
  date date not null,
  dagdeel text not null check (dagdeel in ('O', 'M', 'A')),
  service_id uuid references public.service_types,
  status integer not null default 0 check (status in (0, 1, 2, 3)),
  source text not null default 'manual',
  notes text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  blocked_by_date date,
  blocked_by_dagdeel text check (blocked_by_dagdeel in ('O', 'M', 'A')),
  blocked_by_service_id uuid references public.service_types,
  unique (roster_id, employee_id, date, dagdeel)
);
comment on column public.roster_assignments.status is
  '0 OPEN, 1 ACTIVE (works a service), 2 BLOCKED (rests after a duty), 3 UNAVAILABLE; no row means OPEN as well';
comment on column public.roster_assignments.source is
  'who wrote the row: greedy and greedy-blocking are the job''s, blocking-trigger the trigger''s, all else a planner''s';

-- The unique keys above serve reads by roster. Rest crosses rosters: the triggers look up a person's days in all of
-- them, the job who is ACTIVE in another roster on the days next to its own.
create index roster_assignments_employee_date on public.roster_assignments (employee_id, date);
create index roster_assignments_active_date on public.roster_assignments (date) where status = 1;

create function public.touch_updated_at() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end
$$;

-- PostgreSQL fires the triggers of one kind in the order of their names: the number in the name of a BEFORE trigger is
-- its place. This one comes last and judges the row as the others left it: one that the guard gave back is no change.
create trigger roster_assignments_30_updated_at
before update on public.roster_assignments
for each row when (old.* is distinct from new.*)
execute function public.touch_updated_at();

alter table public.roosters enable row level security;
alter table public.employees enable row level security;
alter table public.service_types enable row level security;
alter table public.roster_period_staffing_dagdelen enable row level security;
alter table public.roster_employee_services enable row level security;
alter table public.roster_assignments enable row level security;

revoke all on table public.roosters, public.employees, public.service_types, public.roster_period_staffing_dagdelen,
  public.roster_employee_services, public.roster_assignments
from public, anon, authenticated;
grant select, insert, update, delete on table public.roosters, public.employees, public.service_types,
  public.roster_period_staffing_dagdelen, public.roster_employee_services, public.roster_assignments
to service_role;
revoke execute on function public.touch_updated_at() from public, anon, authenticated;
