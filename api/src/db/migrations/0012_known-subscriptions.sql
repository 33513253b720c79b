-- Up Migration

-- Every webhook subscription of the app that Kick listed last, made by any deployment. Kick signs deliveries
-- for all apps with one key: what comes under another subscription is authentic, but not meant for us.
-- Empty until the first list: then every subscription counts as ours.
create table kick_listed_subscriptions (
  subscription_id text primary key,
  listed_at timestamptz not null default now()
);

-- Down Migration

drop table kick_listed_subscriptions;
