-- For tests only: runs any SQL as the owner of the tables. Rows of a query come back as a JSON array.
create function public.test_sql(query text) returns jsonb
language plpgsql
security definer
set search_path = public
as $$
declare
  result jsonb;
begin
  if query ~* '^\s*(select|with|values)\M' then
    execute format('select coalesce(jsonb_agg(to_jsonb(rows)), ''[]'') from (%s) as rows', query) into result;
  else
    execute query;
  end if;
  return result;
end
$$;
revoke execute on function public.test_sql(text) from public, anon, authenticated;
grant execute on function public.test_sql(text) to service_role;
