-- Up Migration

-- Campaign → offer → negotiation → deal → session submissions. Timeframes are days, durations
-- minutes, payments cents; a floor is the least the operator of the campaign lets anybody agree to.
create table campaigns (
  id bigint generated always as identity primary key,
  public_id text not null unique generated always as (public_id('C', id)) stored,
  operator_id bigint not null references operators,
  title text not null,
  brief text not null,
  status text not null default 'prepared' constraint campaigns_status
    check (status in ('prepared', 'funded', 'in_progress', 'completed', 'cancelled')),
  floor_timeframe integer not null check (floor_timeframe > 0),
  floor_deliveries integer not null check (floor_deliveries > 0),
  floor_min_viewers integer not null check (floor_min_viewers > 0),
  floor_min_duration integer not null check (floor_min_duration > 0),
  floor_payment_per_stream integer not null check (floor_payment_per_stream > 0),
  deposit_reference text,
  window_ends_at timestamptz not null,
  created_at timestamptz not null default now(),
  status_at timestamptz not null default now(),
  constraint campaigns_funded_by_a_deposit
    check (status in ('prepared', 'cancelled') or deposit_reference is not null)
);
create index campaigns_operator on campaigns (operator_id, id desc);
create index campaigns_status_index on campaigns (status);
create index campaigns_open_window on campaigns (window_ends_at) where status = 'in_progress';

create table offers (
  id bigint generated always as identity primary key,
  public_id text not null unique generated always as (public_id('O', id)) stored,
  campaign_id bigint not null references campaigns,
  operator_id bigint not null references operators,
  streamer_id bigint not null references streamers,
  initiator text not null check (initiator in ('operator', 'streamer')),
  status text not null default 'pending' constraint offers_status
    check (status in ('pending', 'accepted', 'declined', 'withdrawn', 'expired')),
  timeframe integer not null check (timeframe > 0),
  deliveries integer not null check (deliveries > 0),
  min_viewers integer not null check (min_viewers > 0),
  min_duration integer not null check (min_duration > 0),
  payment_per_stream integer not null check (payment_per_stream > 0),
  created_at timestamptz not null default now(),
  status_at timestamptz not null default now(),
  expires_at timestamptz,
  constraint offers_of_operators_expire check ((initiator = 'operator') = (expires_at is not null))
);
create unique index offers_one_pending on offers (campaign_id, streamer_id) where status = 'pending';
create index offers_campaign on offers (campaign_id);
create index offers_operator on offers (operator_id, id desc);
create index offers_streamer on offers (streamer_id, id desc);
create index offers_status_index on offers (status);
create index offers_pending_since on offers (created_at) where status = 'pending';
create index offers_expiring on offers (expires_at) where status = 'pending';

create table negotiations (
  id bigint generated always as identity primary key,
  public_id text not null unique generated always as (public_id('N', id)) stored,
  offer_id bigint not null unique references offers,
  campaign_id bigint not null references campaigns,
  operator_id bigint not null references operators,
  streamer_id bigint not null references streamers,
  status text not null default 'in_progress' constraint negotiations_status
    check (status in ('in_progress', 'agreed', 'cancelled')),
  created_at timestamptz not null default now(),
  status_at timestamptz not null default now()
);
create index negotiations_operator on negotiations (operator_id, id desc);
create index negotiations_streamer on negotiations (streamer_id, id desc);
create index negotiations_status_index on negotiations (status);
create index negotiations_campaign on negotiations (campaign_id);

create table negotiation_terms (
  negotiation_id bigint not null references negotiations,
  term text not null constraint negotiation_terms_term check
    (term in ('timeframe', 'deliveries', 'min_viewers', 'min_duration', 'payment_per_stream')),
  value integer not null check (value > 0),
  operator_approved boolean not null default false,
  streamer_approved boolean not null default false,
  updated_at timestamptz not null default now(),
  primary key (negotiation_id, term)
);

create table deals (
  id bigint generated always as identity primary key,
  public_id text not null unique generated always as (public_id('D', id)) stored,
  negotiation_id bigint not null unique references negotiations,
  campaign_id bigint not null references campaigns,
  operator_id bigint not null references operators,
  streamer_id bigint not null references streamers,
  status text not null default 'active' constraint deals_status
    check (status in ('active', 'completed', 'refunded', 'cancelled')),
  timeframe integer not null check (timeframe > 0),
  deliveries integer not null check (deliveries > 0),
  min_viewers integer not null check (min_viewers > 0),
  min_duration integer not null check (min_duration > 0),
  payment_per_stream integer not null check (payment_per_stream > 0),
  created_at timestamptz not null default now(),
  status_at timestamptz not null default now()
);
create index deals_operator on deals (operator_id, id desc);
create index deals_streamer on deals (streamer_id, id desc);
create index deals_campaign on deals (campaign_id);
create index deals_status_index on deals (status);

-- Down Migration

drop table deals, negotiation_terms, negotiations, offers, campaigns;
