-- Up Migration

-- The id that people see. A Feistel network permutes 30 bits, so two serial numbers can never share
-- a public id (nothing to retry on), and neighbours do not look like neighbours. It hides how many
-- rows there are from a glance; it is not a secret: access is decided by ownership alone.
create function public_id(prefix text, serial bigint) returns text
language plpgsql immutable strict parallel safe as $$
declare
  letters constant text := '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  high bigint := serial >> 15;
  low bigint := serial & 32767;
  kept bigint;
  permuted bigint;
  id text := '';
begin
  if serial < 0 or serial >= (1::bigint << 30) then
    raise exception 'public_id: serial % does not fit 30 bits; give % a longer id', serial, prefix;
  end if;
  for round in 1..4 loop
    kept := low;
    low := high # (((low * 40503 + round * 12289 + ascii(prefix) * 6151) * 2654435761 >> 13) & 32767);
    high := kept;
  end loop;
  permuted := (high << 15) | low;
  for letter in 1..6 loop
    id := id || substr(letters, (permuted & 31)::int + 1, 1);
    permuted := permuted >> 5;
  end loop;
  return prefix || '-' || id;
end
$$;

-- Down Migration

drop function public_id;
