import { streamers } from '../accounts/accounts.ts'
import { request } from '../session.ts'
import type { Simulation } from '../simulation.ts'
import type { Flow } from './flow.ts'

/** Paths that internet scanners request. */
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

async function scan({ apiUrl, random }: Simulation): Promise<void> {
  const [method, path] = random.pick(probes) ?? probes[0]
  await request(`${apiUrl}${path}`, method, {})
}

/** A client that disconnects before the response. */
async function hangUp({ apiUrl }: Simulation): Promise<void> {
  await fetch(`${apiUrl}/openapi.json`, { signal: AbortSignal.timeout(2) }).catch(() => undefined)
}

/** Kick's own oddities: duplicate deliveries and unknown event types. */
async function oddity({ fakes, random }: Simulation): Promise<void> {
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

async function forge(stranger: Stranger, { fakes }: Simulation): Promise<void> {
  const variant = forgeries[stranger.forged % forgeries.length] ?? forgeries[0]
  stranger.forged += 1
  const broadcasterUserId = streamers[0]?.kickUserId ?? 1
  await fakes.sendWebhook({ type: 'channel.followed', broadcasterUserId, variant })
}

/** Unsolicited traffic. Forged deliveries have a fixed period. */
export const strangerFlows = (speed: number): readonly Flow<Stranger>[] => [
  { name: 'scans', everyMinutes: 10, rhythm: 'steady', act: (_, simulation) => scan(simulation) },
  {
    name: 'hangs up',
    everyMinutes: 60,
    rhythm: 'steady',
    act: (_, simulation) => hangUp(simulation),
  },
  { name: 'delivers oddly', everyMinutes: 20, act: (_, simulation) => oddity(simulation) },
  // Four real minutes: at most two within the five that the alert on rejections looks at.
  { name: 'forges a delivery', everyMinutes: 4 * speed, rhythm: 'clock', act: forge },
]
