-- Up Migration

-- A PIN works only in the browser that asked for it: PINs and tries of others do not touch it. Only the
-- hash of the browser's token is kept. PINs from before the migration are valid for ten minutes at most.
alter table sign_in_pins add column browser_hash bytea;

-- Browsers in which an account has signed in. They have an allowance of PINs of their own, so that
-- strangers who ask for PINs in the owner's name cannot use up the owner's.
create table sign_in_browsers (
  token_hash bytea not null,
  account_id bigint not null references accounts,
  last_used_at timestamptz not null default now(),
  primary key (token_hash, account_id)
);
create index sign_in_browsers_last_used_at on sign_in_browsers (last_used_at);

-- Down Migration

drop table sign_in_browsers;
alter table sign_in_pins drop column browser_hash;
