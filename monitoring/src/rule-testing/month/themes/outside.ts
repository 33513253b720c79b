import { catalogue, type EXTERNAL_OPERATIONS } from '@verifluence/api/catalogue'
import type { Life } from '../life/life.ts'
import type { Theme } from '../theme.ts'
import { DAY, HOUR, isWithin, MINUTE } from '../time.ts'
import type { Pod } from '../track.ts'
import { counter, type Track } from '../track.ts'

type Target = keyof typeof EXTERNAL_OPERATIONS
const CODES = ['200', '401', '429', '500', '503', 'timeout'] as const
type Code = (typeof CODES)[number]

/** Calls of one operation within the last scrape interval, by how they ended. */
type Calls = (second: number) => Partial<Record<Code, number>>

/** How often an external service is called, and what it answers. */
function tracks(
  pods: readonly Pod[],
  target: Target,
  operation: string,
  calls: (pod: Pod) => Calls,
): Track[] {
  return pods.flatMap((pod) => {
    const ended = remembered(calls(pod))
    return CODES.map((status_code) =>
      counter(
        pod,
        catalogue.externalHttp.name,
        { target, operation, status_code },
        (second) => ended(second)[status_code] ?? 0,
      ),
    )
  })
}

/** Chance is asked once a moment, however many series want to know. */
function remembered(calls: Calls): Calls {
  const known = new Map<number, ReturnType<Calls>>()
  return (second) => {
    const ended = known.get(second) ?? calls(second)
    known.set(second, ended)
    return ended
  }
}

/** One of the replicas takes the lock; they take turns without a plan. */
const isMine = ({ name }: Pod, second: number) =>
  Number(name.at(-1)) === (Math.floor(second / MINUTE) % 7) % 2

const everyMinute = (second: number) => second % MINUTE === 0
const everyHour = (at: number) => (second: number) => second % HOUR === at
const everyDay = (at: number) => (second: number) => second % DAY === at

function outsideCalls(life: Life): Track[] {
  const { api, worker, outages, fails, random } = life
  const run =
    (due: (second: number) => boolean, answer: Calls) =>
    (pod: Pod): Calls =>
    (second) =>
      due(second) && isMine(pod, second) ? answer(second) : {}
  const chance = random.fork()
  const kick: Calls = (second) => {
    if (fails('kick-401', second)) return { 401: 1 }
    if (fails('kick-503', second)) return { 503: 4 }
    if (fails('kick-hangs', second)) return { timeout: 4 }
    if (isWithin(second, outages)) return Math.floor(second / HOUR) % 2 ? { 503: 4 } : { 429: 4 }
    // A token that died early, and a single failure that a retry fixes.
    if (chance.chance(0.0003)) return { 401: 1, 200: 1 }
    return chance.chance(0.01) ? { 500: 1, 200: 1 } : { 200: 1 }
  }
  const retried =
    (often: number): Calls =>
    () =>
      chance.chance(0.1) ? { 503: 1, 200: often } : { 200: often }
  const x: Calls = (second) => (fails('x-401', second) ? { 401: 1 } : { 200: 2 })
  const mails: Calls = (second) => (chance.chance(life.requests(second) / 400) ? { 200: 1 } : {})
  return [
    ...tracks(worker, 'kick', 'channels', run(everyMinute, kick)),
    ...tracks(worker, 'kick', 'subscriptions_list', run(everyDay(13_500), retried(3))),
    ...tracks(worker, 'kick_oauth', 'token_refresh', run(everyHour(1_800), retried(2))),
    ...tracks(worker, 'x', 'users_by', run(everyHour(900), x)),
    ...tracks(worker, 's3', 'put_object', run(everyHour(0), retried(1))),
    ...tracks(api, 'resend', 'send_email', () => mails),
  ]
}

const external = (
  name: string,
  failure: string,
  alert: string,
  target: string,
  within: number,
) => ({
  name,
  failure,
  alert,
  labels: { target },
  within,
  lasts: within + 30 * MINUTE,
})

/** Kick, X, storage, e-mail. */
export const outsideTheme: Theme = {
  name: 'outside',
  alerts: ['ExternalUnauthorized', 'ExternalFailing'],
  tracks: outsideCalls,
  failures: [
    external('kick-401', 'F9', 'ExternalUnauthorized', 'kick', 10 * MINUTE),
    {
      ...external('x-401', 'F9', 'ExternalUnauthorized', 'x', 10 * MINUTE),
      lasts: 3 * HOUR,
      // X is asked once an hour: the first refusal is the first sign.
      since: (second) => Math.ceil((second - 900) / HOUR) * HOUR + 900,
    },
    external('kick-503', 'F10', 'ExternalFailing', 'kick', 15 * MINUTE),
    external('kick-hangs', 'F10', 'ExternalFailing', 'kick', 15 * MINUTE),
  ],
}
