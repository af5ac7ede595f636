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
