import type { EventKind } from '../../clients/kick/subscriptions.ts'
import type { JobContext } from '../context.ts'
import { trackedChannels } from '../tracked.ts'
import { batchesOf, workThrough } from '../work-through.ts'
import { forget, noteListed, type OwnSubscription, ownSubscriptions } from './ledger.ts'
import { subscribe } from './subscribe.ts'
import { coverageOf, WANTED_EVENTS } from './wanted.ts'

const CONCURRENCY = 4
const IDS_AT_A_TIME = 50

/**
 * Makes sure that the app has one subscription to every event of every active streamer. What Kick
 * lists is read first and only what is missing is asked for. Ended are only subscriptions that this
 * deployment made and that nobody wants any more: all others may belong to another deployment.
 */
export async function kickSubscriptions(context: JobContext): Promise<void> {
  const { db, clients, log, signal } = context
  const listed = await clients.kick.listSubscriptions({ signal })
  const own = await ownSubscriptions(db)
  const tracked = await trackedChannels(db)
  await noteListed(
    db,
    listed.map(({ id }) => id),
  )

  const covered = coverageOf(listed)
  const incomplete = tracked
    .map((kickUserId) => ({
      kickUserId,
      missing: WANTED_EVENTS.filter((event) => !covered(kickUserId, event)),
    }))
    .filter(({ missing }) => missing.length > 0)
  const unwanted = unwantedOf(own, new Set(tracked))
  log.info({ listed: listed.length, incomplete: incomplete.length }, 'Kick subscriptions compared')

  type Part = { end: string[] } | { kickUserId: number; missing: EventKind[] }
  const parts: Part[] = [
    ...batchesOf(unwanted, IDS_AT_A_TIME).map((end) => ({ end })),
    ...incomplete,
  ]
  const plan = { what: 'subscription changes', concurrency: CONCURRENCY, signal, log }
  await workThrough(plan, parts, async (part) => {
    if ('end' in part) {
      await clients.kick.deleteSubscriptions(part.end, signal)
      await forget(db, part.end)
    } else {
      await subscribe(context, part.kickUserId, part.missing, own)
    }
  })
}

function unwantedOf(
  own: ReadonlyMap<string, OwnSubscription>,
  tracked: ReadonlySet<number>,
): string[] {
  return [...own.values()].filter((each) => !tracked.has(each.kickUserId)).map(({ id }) => id)
}
