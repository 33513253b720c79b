-- Up Migration

-- The durable inbox. The receiver only inserts; the processor takes what is due, and either marks a
-- row processed in the transaction that holds its effects, or puts it off, or parks it for a person.
-- The body is kept as the bytes that were signed: a body jsonb would refuse must not be refused here.
create schema if not exists webhooks;

create table webhooks.incoming (
  id bigint generated always as identity primary key,
  source text not null check (source in ('kick')),
  message_id text not null,
  event_type text not null,
  event_version text not null,
  subscription_id text not null,
  message_timestamp timestamptz not null,
  body bytea not null,
  received_at timestamptz not null default now(),
  attempts smallint not null default 0,
  next_attempt_at timestamptz not null default now(),
  last_error text,
  processed_at timestamptz,
  result text check (result in ('ok', 'ignored')),
  parked_at timestamptz,
  unique (source, message_id),
  constraint incoming_processed_with_a_result check ((processed_at is null) = (result is null)),
  constraint incoming_processed_or_parked check (num_nonnulls(processed_at, parked_at) <= 1)
);
create index incoming_due on webhooks.incoming (next_attempt_at)
  where processed_at is null and parked_at is null;
create index incoming_waiting_since on webhooks.incoming (source, received_at)
  where processed_at is null and parked_at is null;
create index incoming_parked on webhooks.incoming (source, parked_at) where parked_at is not null;
create index incoming_processed_at on webhooks.incoming (processed_at) where processed_at is not null;

-- The last key each source was seen to sign with: a restart while Kick's API is down still verifies.
create table webhooks.public_keys (
  source text primary key check (source in ('kick')),
  pem text not null,
  fetched_at timestamptz not null default now()
);

-- Down Migration

drop schema webhooks cascade;
