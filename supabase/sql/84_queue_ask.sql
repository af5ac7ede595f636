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
