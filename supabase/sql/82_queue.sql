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
