import { atLeast, type Result, seen } from '../result.ts'
import { median } from '../rounds.ts'
import { press } from '../sender/pace.ts'
import type { Side } from './sides.ts'

const ROUNDS = 8
/** Not counted: under a load they have not known yet all of them still grow. */
const WARM_UP = 2
const ROUND = { connections: 50, milliseconds: 1_500 }

type Sides = Readonly<Record<'api' | 'shared' | 'single', Side>>

/** What the api takes at most, in turn with the bare routes. Each round starts with an empty inbox. */
export async function saturated(sides: Sides, deliveries: readonly Buffer[]): Promise<Result[]> {
  const turn = async (side: Side) => {
    await side.inbox.forget()
    const rate = await press(side.connections, deliveries, ROUND)
    // What the api still has to work off must not slow the others.
    if (side === sides.api) await side.inbox.drained()
    return rate
  }
  const names = ['api', 'shared', 'single'] as const
  const rounds: Record<keyof Sides, number>[] = []
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    const rates = { api: 0, shared: 0, single: 0 }
    for (let at = 0; at < names.length; at++) {
      const name = names[(round + WARM_UP + at) % names.length] ?? 'api'
      rates[name] = await turn(sides[name])
    }
    if (round >= 0) rounds.push(rates)
  }
  const rate = (name: keyof Sides) => median(rounds.map((rates) => rates[name]))
  const comparedWith = (name: 'shared' | 'single') => ({
    value: median(rounds.map((rates) => rates.api / rates[name])),
    unit: '',
    note: `${rate('api').toFixed(0)}/s of ${rate(name).toFixed(0)}/s`,
  })
  return [
    // A route that only inserts the row. What sharing inserts is worth shows in the second line.
    atLeast(0.7, {
      name: 'receiver at saturation, of a bare route with an insert each',
      ...comparedWith('single'),
    }),
    seen({
      name: 'receiver at saturation, of a bare route with the same shared inserts',
      ...comparedWith('shared'),
    }),
  ]
}
