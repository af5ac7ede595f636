-- Takes away all that install.sql or the migrations added, and leaves the data: the rows of roster_assignments, their
-- stamps, the columns, the wider CHECK on `source` (rows hold its words), and greedy_runs, the history of the runs (drop
-- it by hand: `drop table public.greedy_runs`). Changes of your own in greedy_duties are lost, and so is what waits in the
-- queue; pgmq itself stays.
begin;

do $$
declare
  one record;
begin
  for one in
    select tgname, tgrelid::regclass as relation from pg_trigger
    where not tgisinternal and tgname in (
      'roster_assignments_00_share_lock', 'roster_assignments_10_guard', 'roster_assignments_20_stamp_block',
      'roster_assignments_25_hand_over', 'roster_assignments_block_rest_insert', 'roster_assignments_block_rest_update',
      'roster_assignments_block_rest_delete', 'roosters_00_share_lock', 'employees_00_share_lock',
      'service_types_00_share_lock', 'roster_employee_services_00_share_lock',
      'roster_period_staffing_dagdelen_00_share_lock', 'roster_assignments_10_share', 'roster_assignments_15_keep_rest', 'roster_assignments_20_hand_over',
      'roster_assignments_greedy_insert', 'roster_assignments_greedy_update', 'roster_assignments_greedy_delete'
    )
    and tgrelid in (
      select oid from pg_class where relnamespace = 'public'::regnamespace
    )
  loop
    execute format('drop trigger %I on %s', one.tgname, one.relation);
  end loop;
  drop view if exists public.greedy_rest_slots, public.greedy_queue;
  if coalesce(has_schema_privilege(to_regnamespace('pgmq'), 'usage'), false) then
    if to_regclass('pgmq.q_greedy') is not null then
      perform pgmq.drop_queue('greedy'::text);
    end if;
  end if;
  for one in
    select oid::regprocedure as signature from pg_proc
    where pronamespace = 'public'::regnamespace and proname in (
      'greedy_share_lock', 'greedy_guard', 'greedy_stamp_block', 'greedy_objection', 'greedy_blocking_duty',
      'greedy_rest_slots', 'greedy_planners_word', 'greedy_share', 'greedy_take', 'greedy_hand_over', 'greedy_keep_rest', 'greedy_open_rest',
      'greedy_block_rest', 'greedy_rest', 'greedy_misfits', 'greedy_array', 'greedy_store', 'greedy_hold',
      'greedy_write_held', 'greedy_clear', 'greedy_take_back', 'greedy_locked', 'greedy_write', 'greedy_replan',
      'greedy_finish', 'greedy_try', 'greedy_schema', 'greedy_begin',
      'greedy_has_queue', 'greedy_queue_there', 'greedy_options', 'greedy_queue_send', 'greedy_queue_next', 'greedy_queue_add',
      'greedy_enqueue', 'greedy_due', 'request_roster', 'greedy_asked', 'greedy_queue_figures', 'greedy_queue_fail',
      'greedy_queue_take', 'greedy_queue_report', 'greedy_queue_done', 'greedy_queue_again', 'greedy_queue_give_back', 'greedy_queue_give_up',
      'greedy_queue_join', 'greedy_under_lease', 'greedy_lease_holds', 'greedy_move', 'greedy_queue_retry',
      'greedy_queue_drop'
    )
  loop
    execute format('drop function %s', one.signature);
  end loop;
end
$$;

drop table if exists public.greedy_duties, public.greedy_requests, public.greedy_turns;
alter table public.roster_assignments drop constraint if exists roster_assignments_greedy_key;
drop index if exists public.roster_assignments_employee_date, public.roster_assignments_active_date;

notify pgrst, 'reload schema';

commit;
