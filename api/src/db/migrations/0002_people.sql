-- Up Migration

-- An account is an e-mail address that proved itself by a PIN; what it is, a streamer or an operator,
-- it says once, afterwards.
create table accounts (
  id bigint generated always as identity primary key,
  email text not null unique check (email = lower(email)),
  created_at timestamptz not null default now()
);

create table operators (
  id bigint generated always as identity primary key,
  public_id text not null unique generated always as (public_id('OP', id)) stored,
  account_id bigint not null unique references accounts,
  name text not null,
  created_at timestamptz not null default now()
);

create table streamers (
  id bigint generated always as identity primary key,
  public_id text not null unique generated always as (public_id('ST', id)) stored,
  account_id bigint not null unique references accounts,
  name text not null,
  x_username text check (x_username ~ '^[A-Za-z0-9_]{1,15}$'),
  active boolean not null default true,
  trust_score smallint check (trust_score between 0 and 100),
  trust_score_at timestamptz,
  created_at timestamptz not null default now()
);
create index streamers_active on streamers (id) where active;

-- The one Kick channel of a streamer. Kick's user id stays, its slug may change.
create table streamer_channels (
  streamer_id bigint primary key references streamers,
  kick_user_id bigint not null unique,
  slug text not null,
  connected_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table sign_in_pins (
  id bigint generated always as identity primary key,
  email text not null,
  requested_from text not null,
  salt bytea not null,
  pin_hash bytea not null,
  tries smallint not null default 0,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index sign_in_pins_email on sign_in_pins (email, created_at desc);
create index sign_in_pins_requested_from on sign_in_pins (requested_from, created_at desc);
create index sign_in_pins_created_at on sign_in_pins (created_at);

-- Only the hash of a session's token is kept: a copy of this table lets no one sign in.
create table sessions (
  token_hash bytea primary key,
  account_id bigint not null references accounts,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index sessions_expires_at on sessions (expires_at);

-- Down Migration

drop table sessions, sign_in_pins, streamer_channels, streamers, operators, accounts;
