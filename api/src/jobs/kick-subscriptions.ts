import { isTransient } from '../clients/http/errors.ts'
import { pause } from '../clients/http/retry.ts'
import type {
  CreatedSubscription,
  EventKind,
  ListedSubscription,
} from '../clients/kick/subscriptions.ts'
import { type Db, rows } from '../db/query.ts'
import { KICK_EVENT_TYPES } from '../telemetry/label-values.ts'
import { recordListed, release } from '../webhooks/subscriptions.ts'
import { batchesOf, type JobContext, trackedChannels, workThrough } from './context.ts'

const CONCURRENCY = 4
const IDS_AT_A_TIME = 50

/**
 * Makes sure that the app has one subscription to every event of every active streamer. Reads Kick's
 * list first and creates only what is missing. Ends only subscriptions that this deployment created
 * and no longer needs: all others may belong to another deployment.
 */
export async function kickSubscriptions(context: JobContext): Promise<number> {
  const { db, clients, log, signal } = context
  const listed = await clients.kick.listSubscriptions({ signal })
  const own = await ownSubscriptions(db)
  const tracked = await trackedChannels(db)
  const allListed = listed.map(({ id }) => id)
  await noteListed(db, allListed)
  await recordListed(db, allListed)

  const covered = coverageOf(listed)
  const incomplete = tracked
    .map((kickUserId) => ({
      kickUserId,
      missing: WANTED_EVENTS.filter((event) => !covered(kickUserId, event)),
    }))
    .filter(({ missing }) => missing.length > 0)
  const unwanted = unwantedOf(own, new Set(tracked))
  const listedIds = new Set(listed.map(({ id }) => id))
  // What Kick no longer lists has ended. The answer to a deletion proves less: a gateway's 404 looks
  // like that of a subscription that is gone.
  await forget(
    db,
    unwanted.filter((id) => !listedIds.has(id)),
  )
  const ending = unwanted.filter((id) => listedIds.has(id))
  const tooMany = context.liftLimits ? undefined : endsTooMany(ending.length, own.size)
  log.info({ listed: listed.length, incomplete: incomplete.length }, 'Kick subscriptions compared')

  type Part = { end: string[] } | { kickUserId: number; missing: EventKind[] }
  const parts: Part[] = [
    ...batchesOf(tooMany ? [] : ending, IDS_AT_A_TIME).map((end) => ({ end })),
    ...incomplete,
  ]
  const plan = { what: 'subscription changes', concurrency: CONCURRENCY, signal, log }
  await workThrough(plan, parts, async (part) => {
    if ('end' in part) {
      log.info({ subscriptions: part.end }, 'ending subscriptions that are no longer needed')
      await clients.kick.deleteSubscriptions(part.end, signal)
    }
    if ('kickUserId' in part) await subscribe(context, part.kickUserId, part.missing, own)
  })
  if (tooMany) throw tooMany
  return tracked.length
}

/** More in one run are a mistake in our own data: a few streamers leave, not many at once. */
const MOST_ENDED = { subscriptions: 50, share: 0.05 }

/** @returns an error when so many subscriptions would be ended that a person should look first. */
function endsTooMany(ending: number, own: number): Error | undefined {
  const most = Math.max(MOST_ENDED.subscriptions, Math.floor(own * MOST_ENDED.share))
  if (ending <= most) return undefined
  return new Error(
    `${ending} of ${own} subscriptions would be ended, more than ${most}; none was: check which streamers are active, then run-job kick-subscriptions --lift-limits`,
  )
}

function unwantedOf(
  own: ReadonlyMap<string, OwnSubscription>,
  tracked: ReadonlySet<number>,
): string[] {
  return [...own.values()].filter((each) => !tracked.has(each.kickUserId)).map(({ id }) => id)
}

/** Every event of every active streamer is wanted. */
const WANTED_EVENTS: readonly EventKind[] = KICK_EVENT_TYPES.map((name) => ({
  name,
  version: 1,
}))

/** Says of an event of a channel whether the app has a subscription to it. */
type Coverage = (kickUserId: number, event: EventKind) => boolean

/**
 * What a list of subscriptions covers, from any deployment: events go to the app's one webhook
 * address, so a second subscription by this deployment would only double them.
 */
function coverageOf(listed: readonly ListedSubscription[]): Coverage {
  const covered = new Set(listed.map((each) => keyOf(each.kickUserId, each)))
  return (kickUserId, event) => covered.has(keyOf(kickUserId, event))
}

/** One text for a channel's event in one version. */
function keyOf(kickUserId: number, event: EventKind): string {
  return `${kickUserId} ${event.name} ${event.version}`
}

/** A new subscription may be listed late; until then it is not missed. */
const LISTED_WITHIN_MS = 60 * 60_000
/** So many never listed ones are enough: each may be alive, and all count towards Kick's limit. */
const ENOUGH_IN_VAIN = 3
const BEFORE_SECOND_LOOK_MS = 2_000

/**
 * Makes the missing subscriptions of one channel. Where an answer is lost the channel's list is read
 * again before anything is asked for a second time, because Kick would make a second one.
 *
 * @throws Error that names the events which still have no subscription, and why.
 */
async function subscribe(
  context: JobContext,
  kickUserId: number,
  missing: readonly EventKind[],
  own: ReadonlyMap<string, OwnSubscription>,
): Promise<void> {
  const { db, clients, signal, now } = context
  const ownOf = (event: EventKind) => own.get(keyOf(kickUserId, event))
  const old = missing.filter((event) => {
    const made = ownOf(event)
    return !made || now().getTime() - made.createdAt.getTime() > LISTED_WITHIN_MS
  })
  // We made it, and the list of all does not show it: the channel's own list decides.
  const doubtful = old.some(ownOf)
  const due = doubtful ? await stillMissing(context, kickUserId, old) : old
  const given = due.filter((event) => (ownOf(event)?.madeInVain ?? 0) < ENOUGH_IN_VAIN)

  const made = given.length === 0 ? [] : await create(given).catch(tryAgain)
  await noteMade(db, kickUserId, made.filter(succeeded))
  const problems = [
    ...made.filter((each) => !succeeded(each)).map((each) => `${each.name}: ${each.error}`),
    ...due
      .filter((event) => !given.includes(event))
      .map((event) => `${event.name}: made ${ENOUGH_IN_VAIN + 1} times, never listed`),
  ]
  if (problems.length > 0) throw new Error(`no subscription to ${problems.join('; ')}`)

  function create(events: readonly EventKind[]): Promise<CreatedSubscription[]> {
    return clients.kick.createSubscriptions({ kickUserId, events, signal })
  }

  async function tryAgain(error: unknown): Promise<CreatedSubscription[]> {
    if (!isTransient(error) || signal.aborted) throw error
    await pause(BEFORE_SECOND_LOOK_MS, signal)
    const left = await stillMissing(context, kickUserId, given)
    return left.length === 0 ? [] : create(left)
  }
}

async function stillMissing(
  { clients, signal }: JobContext,
  kickUserId: number,
  events: readonly EventKind[],
): Promise<EventKind[]> {
  const covered = coverageOf(await clients.kick.listSubscriptions({ kickUserId, signal }))
  return events.filter((event) => !covered(kickUserId, event))
}

function succeeded(
  made: CreatedSubscription,
): made is CreatedSubscription & { readonly id: string } {
  return made.id !== undefined
}

/** A subscription that this deployment made. */
interface OwnSubscription {
  readonly id: string
  readonly kickUserId: number
  readonly name: string
  readonly version: number
  readonly createdAt: Date
  readonly madeInVain: number
}

/** The subscriptions this deployment made, by channel and event. */
async function ownSubscriptions(db: Db): Promise<Map<string, OwnSubscription>> {
  const own = await rows<OwnSubscription & { [column: string]: unknown }>(
    db,
    `select subscription_id as id, kick_user_id::float8 as "kickUserId", event_type as name,
       event_version as version, created_at as "createdAt", made_in_vain as "madeInVain"
     from kick_subscriptions`,
  )
  return new Map(own.map((each) => [keyOf(each.kickUserId, each), each]))
}

/**
 * Records what was made, and processes what came under it before. Where one was made before, it was in
 * vain: Kick does not list it.
 */
async function noteMade(
  db: Db,
  kickUserId: number,
  made: readonly (CreatedSubscription & { readonly id: string })[],
): Promise<void> {
  await db.query(
    `insert into kick_subscriptions as previous (subscription_id, kick_user_id, event_type, event_version)
     select id, $1, name, version
     from unnest($2::text[], $3::text[], $4::integer[]) as made (id, name, version)
     on conflict (kick_user_id, event_type, event_version) do update
     set subscription_id = excluded.subscription_id, created_at = now(),
         made_in_vain = previous.made_in_vain + 1`,
    [
      kickUserId,
      made.map(({ id }) => id),
      made.map(({ name }) => name),
      made.map((each) => each.version),
    ],
  )
  await release(
    db,
    made.map(({ id }) => id),
  )
}

/** Notes that Kick lists these, so nothing was in vain. */
async function noteListed(db: Db, ids: readonly string[]): Promise<void> {
  await db.query(
    'update kick_subscriptions set made_in_vain = 0 where subscription_id = any($1) and made_in_vain > 0',
    [ids],
  )
}

/** Deletes the records of subscriptions that have ended. */
async function forget(db: Db, ids: readonly string[]): Promise<void> {
  await db.query('delete from kick_subscriptions where subscription_id = any($1)', [ids])
}
