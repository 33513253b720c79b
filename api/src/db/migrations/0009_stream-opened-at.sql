-- Up Migration

-- When a stream was first heard of, which may be long after it started: a poll that sees it offline
-- counts its grace from here.
alter table kick_stream_sessions add column opened_at timestamptz not null default now();

-- Down Migration

alter table kick_stream_sessions drop column opened_at;
