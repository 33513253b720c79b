import { streamers } from '../cast/cast.ts'
import { request } from '../session/request.ts'
import type { Stage } from '../stage.ts'
import type { Habit } from './habit.ts'

/** What scanners of the internet ask every address for. */
const probes = [
  ['GET', '/wh/kick'],
  ['GET', '/metrics'],
  ['GET', '/wp-login.php'],
  ['GET', '/.env'],
  ['POST', '/api/graphql'],
  ['GET', '/api/offers'],
  ['DELETE', '/api/sign-in'],
  ['OPTIONS', '/api/campaigns'],
  ['HEAD', '/'],
  ['GET', '/openapi.json'],
] as const

/** Deliveries that must be refused, in turn. So few of them are no reason for an alert. */
const forgeries = ['no-headers', 'wrong-signature', 'stale'] as const

async function scan({ apiUrl, random }: Stage): Promise<void> {
  const [method, path] = random.pick(probes) ?? probes[0]
  await request(`${apiUrl}${path}`, method, {})
}

/** Somebody closes the laptop before the answer is there. */
async function hangUp({ apiUrl }: Stage): Promise<void> {
  await fetch(`${apiUrl}/openapi.json`, { signal: AbortSignal.timeout(2) }).catch(() => undefined)
}

/** Kick itself is not perfect: it delivers twice, and invents types nobody knows. */
async function oddity({ fakes, random }: Stage): Promise<void> {
  const live = (await fakes.channels()).filter((channel) => channel.live)
  const channel = random.pick(live)
  const variant = random.pick([
    'delivered-twice',
    'unknown-type',
    'version-2',
    'extra-fields',
  ] as const)
  if (channel === undefined || variant === undefined) return
  const { broadcasterUserId } = channel
  await fakes.sendWebhook({ type: 'chat.message.sent', broadcasterUserId, variant })
}

/** Forges one delivery after the other. */
export type Stranger = { forged: number }

async function forge(stranger: Stranger, { fakes }: Stage): Promise<void> {
  const variant = forgeries[stranger.forged % forgeries.length] ?? forgeries[0]
  stranger.forged += 1
  const broadcasterUserId = streamers[0]?.kickUserId ?? 1
  await fakes.sendWebhook({ type: 'channel.followed', broadcasterUserId, variant })
}

/** What comes from outside uninvited. The pace of forgeries is that of a clock, not of chance. */
export const strangerHabits = (speed: number): readonly Habit<Stranger>[] => [
  { name: 'scans', everyMinutes: 10, rhythm: 'steady', act: (_, stage) => scan(stage) },
  { name: 'hangs up', everyMinutes: 60, rhythm: 'steady', act: (_, stage) => hangUp(stage) },
  { name: 'delivers oddly', everyMinutes: 20, act: (_, stage) => oddity(stage) },
  // Four real minutes: at most two within the five that the alert on rejections looks at.
  { name: 'forges a delivery', everyMinutes: 4 * speed, rhythm: 'clock', act: forge },
]
