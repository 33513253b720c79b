-- Up Migration

-- Consecutive refusals of a refresh token, and when a token that was given up is tried again. One
-- refusal may be a fault on Kick's side: a streamer counts as having revoked the grant after two, and
-- Kick is asked once more every day, so that a wrong conclusion repairs itself.
alter table kick_tokens
  add column refusals smallint not null default 0,
  add column retry_refused_at timestamptz;

-- Down Migration

alter table kick_tokens drop column retry_refused_at, drop column refusals;
