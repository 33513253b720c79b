import { setMaxListeners } from 'node:events'
import { createFakesClient } from '@verifluence/fakes'
import { createRandom } from '@verifluence/testkit'
import { operators, type Person, streamers } from './accounts/accounts.ts'
import { admitOperator, registerStreamer } from './accounts/register.ts'
import { createDay } from './day.ts'
import { sharedFlows } from './flows/both-sides.ts'
import { liveBy } from './flows/flow.ts'
import { operatorFlows } from './flows/operator.ts'
import { strangerFlows } from './flows/stranger.ts'
import { streamerFlows } from './flows/streamer.ts'
import { crowdFlows } from './flows/viewers.ts'
import { createMember } from './session.ts'
import { createAttempt, type Simulation } from './simulation.ts'

export type TrafficOptions = {
  /** The api's application port, without trailing slash. */
  readonly apiUrl: string
  /** The URL of the fakes, without trailing slash. */
  readonly fakesUrl: string
  /** The same seed makes the same choices. */
  readonly seed: number
  /** Simulated seconds in a real second: with 24 a day takes an hour. */
  readonly speed: number
  readonly say: (line: string) => void
}

export type Traffic = { readonly stop: () => Promise<void> }

/**
 * Simulates streamers, brands, viewers and strangers through the public API and the
 * webhooks. An actor that finds the api or the fakes down waits and continues later.
 */
export function startTraffic({ apiUrl, fakesUrl, seed, speed, say }: TrafficOptions): Traffic {
  const ending = new AbortController()
  const { signal } = ending
  // All actors wait for it.
  setMaxListeners(0, signal)
  const day = createDay(speed, signal)
  const random = createRandom(seed)
  const fakes = createFakesClient(fakesUrl)
  const stageOf = (name: string): Simulation => {
    const tell = (line: string): void => say(`${name} ${line}`)
    const attempt = createAttempt(signal, tell)
    return { apiUrl, fakes, day, random: random.fork(), signal, say: tell, attempt }
  }
  const memberOf = ({ email }: Person) => createMember(apiUrl, fakes, email)

  const lives = [
    ...operators.map(async (person) => {
      const simulation = stageOf(person.name)
      const side = { role: 'operator', member: memberOf(person) } as const
      await untilDone(simulation, () => admitOperator(person, side.member))
      await liveBy([...operatorFlows, ...sharedFlows], side, simulation)
    }),
    ...streamers.map(async (person) => {
      const simulation = stageOf(person.name)
      const side = { role: 'streamer', member: memberOf(person), person } as const
      await untilDone(simulation, () => registerStreamer(person, side.member, simulation))
      await liveBy([...streamerFlows, ...sharedFlows], side, simulation)
    }),
    liveBy(crowdFlows, undefined, stageOf('The crowd')),
    liveBy(strangerFlows(speed), { forged: 0 }, stageOf('A stranger')),
  ].map(quietly)

  return {
    stop: async () => {
      ending.abort()
      await Promise.all(lives)
    },
  }
}

/** Attempts something until it has worked once. */
async function untilDone({ attempt, signal }: Simulation, act: () => Promise<void>): Promise<void> {
  let isDone = false
  while (!isDone && !signal.aborted) {
    await attempt(async () => {
      await act()
      isDone = true
    })
  }
}

/** The end of the simulation aborts sleeps; that is no error. */
const quietly = (life: Promise<void>): Promise<void> =>
  life.catch((error: Error) => {
    if (error.name !== 'AbortError') throw error
  })
