import { type Clock, toSeconds } from '../clock.ts'

/** What Kick knows about a channel. Everything but the id may change. */
export type Channel = {
  readonly broadcasterUserId: number
  readonly slug: string
  readonly username: string
  readonly title: string
  readonly category: { readonly id: number; readonly name: string }
  readonly language: string
  readonly mature: boolean
  readonly viewers: number
  /** The streamer hides the viewer count: Kick then reports 0. */
  readonly hidesViewers: boolean
  /** Banned and removed channels are left out of every answer. */
  readonly banned: boolean
  /** When the current or the last stream started and ended, in milliseconds. */
  readonly startedAt: number | undefined
  readonly endedAt: number | undefined
}

export type ChannelChange = Partial<Omit<Channel, 'broadcasterUserId'>>

/** A channel as it starts life: offline, with nothing hidden. */
function newChannel(broadcasterUserId: number): Channel {
  return {
    broadcasterUserId,
    slug: `streamer-${broadcasterUserId}`,
    username: `Streamer${broadcasterUserId}`,
    title: 'Good evening',
    category: { id: 15, name: 'Just Chatting' },
    language: 'en',
    mature: false,
    viewers: 0,
    hidesViewers: false,
    banned: false,
    startedAt: undefined,
    endedAt: undefined,
  }
}

export type Channels = ReturnType<typeof createChannels>

/** The channels of the simulated Kick. */
export function createChannels(clock: Clock) {
  const byId = new Map<number, Channel>()
  const put = (id: number, change: ChannelChange): Channel => {
    const channel = { ...(byId.get(id) ?? newChannel(id)), ...change }
    byId.set(id, channel)
    return channel
  }
  return {
    /** Changes a channel, or adds it. */
    put,
    /** Starts a stream at this second; a running one goes on. */
    goLive(id: number, change: ChannelChange = {}): Channel {
      const running = byId.get(id)
      if (running !== undefined && isLive(running, clock())) return put(id, change)
      const startedAt = Math.floor(clock() / 1000) * 1000
      return put(id, { viewers: 25, ...change, startedAt, endedAt: undefined })
    },
    endStream: (id: number): Channel => put(id, { endedAt: clock(), viewers: 0 }),
    get: (id: number): Channel | undefined => byId.get(id),
    bySlug: (slug: string): Channel | undefined =>
      [...byId.values()].find((channel) => channel.slug === slug),
    all: (): readonly Channel[] => [...byId.values()],
    remove: (id: number): boolean => byId.delete(id),
  }
}

/** Says whether the channel was streaming at an instant. */
export function isLive({ startedAt, endedAt }: Channel, at: number): boolean {
  return startedAt !== undefined && startedAt <= at && (endedAt === undefined || endedAt > at)
}

/** The start of the current stream as Kick writes it everywhere. */
export function startTime(channel: Channel): string {
  return channel.startedAt === undefined ? '0001-01-01T00:00:00Z' : toSeconds(channel.startedAt)
}
