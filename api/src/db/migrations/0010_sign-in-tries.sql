-- Up Migration

-- Who tried a PIN that did not fit. One address may not try a few PINs of each of many accounts.
create table sign_in_tries (
  id bigint generated always as identity primary key,
  tried_from text not null,
  tried_at timestamptz not null default now()
);
create index sign_in_tries_tried_from on sign_in_tries (tried_from, tried_at desc);
create index sign_in_tries_tried_at on sign_in_tries (tried_at);

-- Down Migration

drop table sign_in_tries;
