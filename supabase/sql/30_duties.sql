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
