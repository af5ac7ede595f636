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
