-- Up Migration

-- When each job was first known, last tried and last succeeded: survives every restart, so that a
-- deploy never makes a failing daily job look young.
create table poll_heartbeats (
  job text primary key,
  registered_at timestamptz not null default now(),
  last_run_at timestamptz,
  last_success_at timestamptz
);

-- Down Migration

drop table poll_heartbeats;
