-- Up Migration

-- Two subscriptions to one event deliver it twice, under different ids. The content tells that it is
-- one event. Rows from before have no fingerprint: computing it would lock the table for too long.
alter table kick_channel_events add column fingerprint text;
create unique index kick_channel_events_once
  on kick_channel_events (kick_user_id, event_type, fingerprint) where fingerprint is not null;

-- Down Migration

drop index kick_channel_events_once;
alter table kick_channel_events drop column fingerprint;
