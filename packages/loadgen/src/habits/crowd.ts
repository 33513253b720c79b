import type { Delivery } from '@verifluence/fakes'
import { remarks, streamers } from '../cast/cast.ts'
import type { Stage } from '../stage.ts'
import type { Habit } from './habit.ts'

type Event = Parameters<Stage['fakes']['emit']>[0]

/** Lets something emit on one of the channels that are live, if any is. */
async function emit(
  { fakes, random }: Stage,
  type: Event['type'],
  body?: Event['body'],
): Promise<readonly Delivery[]> {
  const live = (await fakes.channels()).filter((one) => one.live)
  const channel = random.pick(live)
  if (channel === undefined) return []
  const { broadcasterUserId } = channel
  return fakes.emit({ type, broadcasterUserId, ...(body && { body }) })
}

const fan = ({ random }: Stage) => {
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

async function chat(stage: Stage): Promise<void> {
  const content = stage.random.pick(remarks) ?? remarks[0]
  await emit(stage, 'chat.message.sent', { sender: fan(stage), content, emotes: null })
}

async function audience({ fakes, random }: Stage): Promise<void> {
  for (const channel of await fakes.channels()) {
    if (!channel.live) continue
    const viewers = Math.max(1, Math.round((channel.viewers * random.between(85, 118)) / 100))
    await fakes.putChannel(channel.broadcasterUserId, { viewers })
  }
}

async function follow(stage: Stage): Promise<void> {
  await emit(stage, 'channel.followed', { follower: fan(stage) })
}

async function followOnX({ fakes, random }: Stage): Promise<void> {
  const { xUsername } = random.pick(streamers) ?? {}
  const user = (await fakes.xUsers()).find(({ username }) => username === xUsername)
  if (user === undefined) return
  await fakes.putXUser(user.username, Math.max(0, user.followers + random.between(-3, 25)))
}

const only =
  (type: Event['type']) =>
  async (_: undefined, stage: Stage): Promise<void> => {
    await emit(stage, type)
  }

/** What the fans do: they come and go, write, follow and give. */
export const crowdHabits: readonly Habit<undefined>[] = [
  { name: 'writes in a chat', everyMinutes: 0.7, act: (_, stage) => chat(stage) },
  { name: 'comes and goes', everyMinutes: 5, act: (_, stage) => audience(stage) },
  { name: 'follows', everyMinutes: 6, act: (_, stage) => follow(stage) },
  { name: 'follows on X', everyMinutes: 4, act: (_, stage) => followOnX(stage) },
  { name: 'subscribes', everyMinutes: 25, act: only('channel.subscription.new') },
  { name: 'renews', everyMinutes: 35, act: only('channel.subscription.renewal') },
  { name: 'gifts', everyMinutes: 45, act: only('channel.subscription.gifts') },
  { name: 'redeems points', everyMinutes: 20, act: only('channel.reward.redemption.updated') },
  { name: 'gives KICKs', everyMinutes: 30, act: only('kicks.gifted') },
  { name: 'is banned', everyMinutes: 60, act: only('moderation.banned') },
]
