import { isTransient } from '../../clients/http/errors.ts'
import { pause } from '../../clients/http/retry.ts'
import type { CreatedSubscription, EventKind } from '../../clients/kick/subscriptions.ts'
import type { JobContext } from '../context.ts'
import { noteMade, type OwnSubscription } from './ledger.ts'
import { coverageOf, keyOf } from './wanted.ts'

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
export async function subscribe(
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
