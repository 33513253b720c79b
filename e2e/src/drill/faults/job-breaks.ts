import type { JobName } from '@verifluence/api/jobs'
import { addStreamers } from '../site/scenery.ts'
import type { WholeSite } from '../site/site.ts'

/** Makes a job throw whenever it runs. Returns the way back. */
type Break = (site: WholeSite) => Promise<() => Promise<unknown>>

/** The database refuses what the job wants to write, as after a broken migration. */
const refused =
  (what: string, table: string, each = 'statement'): Break =>
  async ({ database }) => {
    await database.run(
      `create or replace function refuse() returns trigger language plpgsql as
       $$ begin raise exception 'refused'; end $$`,
    )
    await database.run(
      `create trigger refusal before ${what} on ${table} for each ${each} execute function refuse()`,
    )
    return () => database.run(`drop trigger refusal on ${table}`)
  }

/** How each hourly and daily job is broken, without disturbing any other. Kick breaks viewer-poll. */
export const breaks = {
  'chat-export': async ({ database, fakes }) => {
    await database.run(
      `insert into kick_chat_messages (message_id, kick_user_id, content, emotes, sent_at, stored_at)
       values ('drill', 1, 'hello', '[]', now(), now() - interval '3 hours')`,
    )
    await fakes.injectFault('s3', 'unavailable')
    return () => fakes.clearFaults('s3')
  },
  'x-follower-poll': async (site) => {
    await addStreamers(site, 1)
    await site.fakes.injectFault('x', 'unavailable')
    return () => site.fakes.clearFaults('x')
  },
  'kick-token-refresh': async (site) => {
    await site.fakes.admitToken({ value: 'drill', use: 'refresh', userId: 1 })
    await site.database.run(
      `insert into kick_tokens (kick_user_id, access_token, refresh_token, expires_at)
       values (1, 'drill', 'drill', now())`,
    )
    return refused('update', 'kick_tokens', 'row when (new.refresh_token is not null)')(site)
  },
  'stale-session-cleanup': async (site) => {
    await site.database.run(
      `insert into kick_stream_sessions (kick_user_id, started_at, opened_by)
       values (1, now() - interval '20 hours', 'webhook')`,
    )
    return refused('update', 'kick_stream_sessions', `row when (new.closed_by = 'cleanup')`)(site)
  },
  'trust-score-refresh': refused('update of trust_score', 'streamers'),
  'kick-subscriptions': async (site) => {
    await addStreamers(site, 1)
    await site.fakes.injectFault('kick-api', 'unavailable', { operation: 'subscriptions-list' })
    return () => site.fakes.clearFaults('kick-api')
  },
  'daily-maintenance': refused('delete', 'kick_follows'),
} satisfies Record<Exclude<JobName, 'viewer-poll'>, Break>
