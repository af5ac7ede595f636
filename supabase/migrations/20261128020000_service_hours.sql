-- What people read of a service: its colour, and from when to when it lasts. A database of one's own may have these
-- columns already, or none of them: the job does with what there is, and supabase/install.sql leaves the table alone.
alter table public.service_types
  add column if not exists kleur text,
  add column if not exists begintijd text,
  add column if not exists eindtijd text;
comment on column public.service_types.kleur is 'colour on the page and in files, as #2563eb; null: one of the job''s own';
comment on column public.service_types.begintijd is 'when it begins, as 09:00; null: with its dagdeel';
comment on column public.service_types.eindtijd is 'when it ends, as 18:00; before begintijd: the next day; null: with its dagdeel';
