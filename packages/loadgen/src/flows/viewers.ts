import type { Delivery } from '@verifluence/fakes'
import { remarks, streamers } from '../accounts/accounts.ts'
import type { Simulation } from '../simulation.ts'
import type { Flow } from './flow.ts'

type Event = Parameters<Simulation['fakes']['emit']>[0]

/** Emits an event on one of the live channels, if any. */
async function emit(
  { fakes, random }: Simulation,
  type: Event['type'],
  body?: Event['body'],
): Promise<readonly Delivery[]> {
  const live = (await fakes.channels()).filter((one) => one.live)
  const channel = random.pick(live)
  if (channel === undefined) return []
  const { broadcasterUserId } = channel
  return fakes.emit({ type, broadcasterUserId, ...(body && { body }) })
}

const fan = ({ random }: Simulation) => {
  const number = random.between(1, 5000)
  return {
    is_anonymous: false,
    user_id: 800_000 + number,
    username: `fan${number}`,
    is_verified: null,
    profile_picture: '',
    channel_slug: `fan${number}`,
    identity: null,
  }
}

async function chat(simulation: Simulation): Promise<void> {
  const content = simulation.random.pick(remarks) ?? remarks[0]
  await emit(simulation, 'chat.message.sent', { sender: fan(simulation), content, emotes: null })
}

async function audience({ fakes, random }: Simulation): Promise<void> {
  for (const channel of await fakes.channels()) {
    if (!channel.live) continue
    const viewers = Math.max(1, Math.round((channel.viewers * random.between(85, 118)) / 100))
    await fakes.putChannel(channel.broadcasterUserId, { viewers })
  }
}

async function follow(simulation: Simulation): Promise<void> {
  await emit(simulation, 'channel.followed', { follower: fan(simulation) })
}

async function followOnX({ fakes, random }: Simulation): Promise<void> {
  const { xUsername } = random.pick(streamers) ?? {}
  const user = (await fakes.xUsers()).find(({ username }) => username === xUsername)
  if (user === undefined) return
  await fakes.putXUser(user.username, Math.max(0, user.followers + random.between(-3, 25)))
}

const only =
  (type: Event['type']) =>
  async (_: undefined, simulation: Simulation): Promise<void> => {
    await emit(simulation, type)
  }

/** The flows of viewers: join and leave, chat, follow, gift. */
export const crowdFlows: readonly Flow<undefined>[] = [
  { name: 'writes in a chat', everyMinutes: 0.7, act: (_, simulation) => chat(simulation) },
  { name: 'comes and goes', everyMinutes: 5, act: (_, simulation) => audience(simulation) },
  { name: 'follows', everyMinutes: 6, act: (_, simulation) => follow(simulation) },
  { name: 'follows on X', everyMinutes: 4, act: (_, simulation) => followOnX(simulation) },
  { name: 'subscribes', everyMinutes: 25, act: only('channel.subscription.new') },
  { name: 'renews', everyMinutes: 35, act: only('channel.subscription.renewal') },
  { name: 'gifts', everyMinutes: 45, act: only('channel.subscription.gifts') },
  { name: 'redeems points', everyMinutes: 20, act: only('channel.reward.redemption.updated') },
  { name: 'gives KICKs', everyMinutes: 30, act: only('kicks.gifted') },
  { name: 'is banned', everyMinutes: 60, act: only('moderation.banned') },
]
