-- Version 2: with the guard's second version, replanning and the run history. Also tells who asks and whether they may write, for --check.
create or replace function public.greedy_schema() returns jsonb
language sql
stable
set search_path = ''
as $$
  with enabled as (
    select array(
      select tgname::text from pg_trigger
      where tgrelid = to_regclass('public.roster_assignments') and tgenabled in ('O', 'A')
    ) as names
  ),
  duty as (
    select services.code, dagdelen.dagdeel, dagdelen.place, rest.slots
    from (select unnest(array['DIO', 'DIA', 'DDO', 'DDA']) union select code from public.service_types) as services (code)
    cross join unnest(array['O', 'M', 'A']) with ordinality as dagdelen (dagdeel, place)
    cross join lateral (
      select jsonb_agg(
        jsonb_build_array(rest_date - date '2026-01-05', rest_dagdeel) order by rest_date, strpos('OMA', rest_dagdeel)
      ) as slots
      from public.greedy_rest_slots(services.code, date '2026-01-05', dagdelen.dagdeel)
    ) as rest
    where rest.slots is not null
  )
  select jsonb_build_object(
    'version', 2,
    'role', current_user,
    'may_write', has_table_privilege('public.roster_assignments', 'insert')
      and has_table_privilege('public.roster_assignments', 'update'),
    'blocking_trigger', enabled.names @> array[
      'roster_assignments_block_rest_insert',
      'roster_assignments_block_rest_update',
      'roster_assignments_block_rest_delete'
    ],
    'block_stamp', enabled.names @> array['roster_assignments_20_stamp_block'],
    'guard', enabled.names @> array['roster_assignments_00_share_lock', 'roster_assignments_10_guard'],
    'hand_over', enabled.names @> array['roster_assignments_25_hand_over'],
    'history', to_regclass('public.greedy_runs') is not null,
    'duty_table', (
      select jsonb_agg(
        jsonb_build_object('code', code, 'dagdeel', dagdeel, 'rest', slots) order by code collate "C", place
      )
      from duty
    )
  )
  from enabled
$$;
