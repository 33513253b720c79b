-- Up Migration

-- Every webhook subscription of the app that Kick listed last, whoever made it. Kick signs deliveries
-- for all apps with one key: what comes under another subscription is authentic, but not meant for us.
-- Empty until the first list: then nothing can be told apart.
create table kick_listed_subscriptions (
  subscription_id text primary key,
  listed_at timestamptz not null default now()
);

-- Down Migration

drop table kick_listed_subscriptions;
