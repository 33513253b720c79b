import { setMaxListeners } from 'node:events'
import { createFakesClient } from '@verifluence/fakes'
import { createRandom } from '@verifluence/testkit'
import { admitOperator, admitStreamer } from './cast/admit.ts'
import { operators, type Person, streamers } from './cast/cast.ts'
import { createDay } from './day.ts'
import { habitsOfBothSides } from './habits/both-sides.ts'
import { crowdHabits } from './habits/crowd.ts'
import { liveBy } from './habits/habit.ts'
import { operatorHabits } from './habits/operator.ts'
import { strangerHabits } from './habits/stranger.ts'
import { streamerHabits } from './habits/streamer.ts'
import { createMember } from './session/member.ts'
import { createAttempt, type Stage } from './stage.ts'

export type TrafficOptions = {
  /** The api's application port, without trailing slash. */
  readonly apiUrl: string
  /** The stand-ins of the outside fakes, without trailing slash. */
  readonly fakesUrl: string
  /** The same seed makes the same choices. */
  readonly seed: number
  /** Simulated seconds in a real second: with 24 a day takes an hour. */
  readonly speed: number
  readonly say: (line: string) => void
}

export type Traffic = { readonly stop: () => Promise<void> }

/**
 * Lets streamers, brands, fans and strangers live their days through the public API and the
 * webhooks. Whoever finds the api or the fakes down waits and goes on when it is back.
 */
export function startTraffic({ apiUrl, fakesUrl, seed, speed, say }: TrafficOptions): Traffic {
  const ending = new AbortController()
  const { signal } = ending
  // Everybody in the simulation waits for it.
  setMaxListeners(0, signal)
  const day = createDay(speed, signal)
  const random = createRandom(seed)
  const fakes = createFakesClient(fakesUrl)
  const stageOf = (name: string): Stage => {
    const tell = (line: string): void => say(`${name} ${line}`)
    const attempt = createAttempt(signal, tell)
    return { apiUrl, fakes, day, random: random.fork(), signal, say: tell, attempt }
  }
  const memberOf = ({ email }: Person) => createMember(apiUrl, fakes, email)

  const lives = [
    ...operators.map(async (person) => {
      const stage = stageOf(person.name)
      const side = { role: 'operator', member: memberOf(person) } as const
      await untilDone(stage, () => admitOperator(person, side.member))
      await liveBy([...operatorHabits, ...habitsOfBothSides], side, stage)
    }),
    ...streamers.map(async (person) => {
      const stage = stageOf(person.name)
      const side = { role: 'streamer', member: memberOf(person), person } as const
      await untilDone(stage, () => admitStreamer(person, side.member, stage))
      await liveBy([...streamerHabits, ...habitsOfBothSides], side, stage)
    }),
    liveBy(crowdHabits, undefined, stageOf('The crowd')),
    liveBy(strangerHabits(speed), { forged: 0 }, stageOf('A stranger')),
  ].map(quietly)

  return {
    stop: async () => {
      ending.abort()
      await Promise.all(lives)
    },
  }
}

/** Attempts something until it has worked once. */
async function untilDone({ attempt, signal }: Stage, act: () => Promise<void>): Promise<void> {
  let isDone = false
  while (!isDone && !signal.aborted) {
    await attempt(async () => {
      await act()
      isDone = true
    })
  }
}

/** The end of the simulation wakes sleepers with an error that is none. */
const quietly = (life: Promise<void>): Promise<void> =>
  life.catch((error: Error) => {
    if (error.name !== 'AbortError') throw error
  })
