-- Up Migration

-- The audience of a stream, summed up as it is sampled: who asks for an average needs none of the
-- millions of samples, which may then be purged. Samples of 0 are left out: those viewers are hidden.
alter table kick_stream_sessions
  add column viewer_samples integer not null default 0,
  add column viewer_total bigint not null default 0;
create index kick_stream_sessions_channel on kick_stream_sessions (kick_user_id, started_at desc);

-- How often a subscription was made again because Kick never listed it.
alter table kick_subscriptions add column made_in_vain smallint not null default 0;

-- Down Migration

alter table kick_subscriptions drop column made_in_vain;
drop index kick_stream_sessions_channel;
alter table kick_stream_sessions drop column viewer_samples, drop column viewer_total;
