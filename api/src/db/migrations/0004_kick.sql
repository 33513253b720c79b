-- Up Migration

-- Tokens: one of the app itself (kick_user_id is null), one of each connected streamer. The newest
-- refresh token is stored before its access token is used: it is the only one Kick may still take.
create table kick_tokens (
  id bigint generated always as identity primary key,
  kick_user_id bigint unique,
  access_token text not null,
  refresh_token text,
  scope text not null default '',
  expires_at timestamptz not null,
  refresh_expires_at timestamptz,
  refused_at timestamptz,
  updated_at timestamptz not null default now(),
  constraint kick_tokens_users_refresh check ((kick_user_id is null) = (refresh_token is null))
);
create unique index kick_tokens_one_app on kick_tokens ((true)) where kick_user_id is null;
create index kick_tokens_expires_at on kick_tokens (expires_at);

-- The webhook subscriptions this deployment made. Those of another deployment on the same Kick app
-- are not here, and so are never touched.
create table kick_subscriptions (
  subscription_id text primary key,
  kick_user_id bigint not null,
  event_type text not null,
  event_version integer not null,
  created_at timestamptz not null default now(),
  unique (kick_user_id, event_type, event_version)
);

-- A stream is known by its broadcaster and its start: Kick's webhooks carry no other id.
create table kick_stream_sessions (
  id bigint generated always as identity primary key,
  public_id text not null unique generated always as (public_id('K', id)) stored,
  kick_user_id bigint not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  title text not null default '',
  category text not null default '',
  opened_by text not null check (opened_by in ('webhook', 'poll')),
  closed_by text check (closed_by in ('webhook', 'poll', 'next_stream', 'cleanup')),
  last_seen_live_at timestamptz,
  unique (kick_user_id, started_at),
  constraint kick_stream_sessions_closed check ((ended_at is null) = (closed_by is null)),
  constraint kick_stream_sessions_order check (ended_at >= started_at)
);
create unique index kick_stream_sessions_one_open on kick_stream_sessions (kick_user_id) where ended_at is null;
create index kick_stream_sessions_open_since on kick_stream_sessions (started_at) where ended_at is null;

-- One viewer sample a channel a poll. Streamers may hide their viewers: 0 viewers is not offline.
create table kick_streamer_probe (
  kick_user_id bigint not null,
  probed_at timestamptz not null,
  is_live boolean not null,
  viewer_count integer not null check (viewer_count >= 0),
  primary key (kick_user_id, probed_at)
);
create index kick_streamer_probe_probed_at on kick_streamer_probe (probed_at);

create table kick_chat_messages (
  message_id text primary key,
  kick_user_id bigint not null,
  sender_id bigint,
  sender_name text,
  content text not null,
  emotes jsonb not null,
  replies_to text,
  sent_at timestamptz not null,
  stored_at timestamptz not null default now()
);
create index kick_chat_messages_stored_at on kick_chat_messages (stored_at);

create table kick_follows (
  webhook_message_id text primary key,
  kick_user_id bigint not null,
  follower_id bigint,
  follower_name text,
  followed_at timestamptz not null
);
create index kick_follows_channel on kick_follows (kick_user_id, followed_at);
create index kick_follows_followed_at on kick_follows (followed_at);

-- Subscriptions, gifts, redemptions, bans and metadata: kept as they came, for later questions.
create table kick_channel_events (
  webhook_message_id text primary key,
  kick_user_id bigint not null,
  event_type text not null,
  occurred_at timestamptz not null,
  body jsonb not null
);
create index kick_channel_events_channel on kick_channel_events (kick_user_id, event_type, occurred_at);
create index kick_channel_events_occurred_at on kick_channel_events (occurred_at);

-- One row an exported hour of chat. The object's key follows from the hour, so an export that was
-- cut off is simply done again.
create table chat_exports (
  hour timestamptz primary key,
  object_key text not null,
  message_count integer not null check (message_count >= 0),
  etag text not null,
  exported_at timestamptz not null default now()
);

create table x_follower_counts (
  streamer_id bigint not null references streamers,
  counted_at timestamptz not null,
  followers bigint not null check (followers >= 0),
  primary key (streamer_id, counted_at)
);
create index x_follower_counts_counted_at on x_follower_counts (counted_at);

-- What the streamer hands in for one slot of a deal: a link, or a stream that was tracked.
create table session_submissions (
  id bigint generated always as identity primary key,
  public_id text not null unique generated always as (public_id('S', id)) stored,
  deal_id bigint not null references deals,
  slot integer not null check (slot > 0),
  status text not null default 'pending_review' constraint session_submissions_status
    check (status in ('pending_review', 'confirmed', 'rejected')),
  stream_url text,
  stream_session_id bigint references kick_stream_sessions,
  rejection_reason text,
  submitted_at timestamptz not null default now(),
  decided_at timestamptz,
  unique (deal_id, slot),
  constraint session_submissions_one_proof check (num_nonnulls(stream_url, stream_session_id) = 1),
  constraint session_submissions_decided check ((status = 'pending_review') = (decided_at is null))
);
create index session_submissions_status_index on session_submissions (status);
create index session_submissions_pending_since on session_submissions (submitted_at)
  where status = 'pending_review';
-- A tracked stream pays once, whatever deal it is handed in for.
create unique index session_submissions_stream_once on session_submissions (stream_session_id)
  where status <> 'rejected';

-- Down Migration

drop table session_submissions, x_follower_counts, chat_exports, kick_channel_events, kick_follows,
  kick_chat_messages, kick_streamer_probe, kick_stream_sessions, kick_subscriptions, kick_tokens;
