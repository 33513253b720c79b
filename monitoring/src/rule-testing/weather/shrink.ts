import { anyWeather, type Weather } from './weather.ts'

/** Candidates of one round, evaluated together; rounds end when none of them still shows it. */
const AT_ONCE = 10
const ROUNDS = 14

/**
 * Searches the smallest day that still shows something. fast-check proposes smaller days; they are tried
 * many at a time, since a run of promtool for one costs nearly as much as for several.
 *
 * @param shows Answers for each day whether it shows it.
 */
export async function shrink(
  weather: Weather,
  shows: (candidates: readonly Weather[]) => Promise<readonly boolean[]>,
): Promise<Weather> {
  let smallest = weather
  for (let round = 0; round < ROUNDS; round += 1) {
    const candidates = [...plainer(smallest), ...proposals(smallest)].slice(0, AT_ONCE)
    if (candidates.length === 0) break
    const answers = await shows(candidates)
    const found = candidates[answers.indexOf(true)]
    if (found === undefined) break
    smallest = found
  }
  return smallest
}

const QUIET = {
  lostScrapes: 0,
  errors: 0,
  rejectedPerHour: 0,
  scanner: false,
  clockSkew: 0,
} as const

/** Large steps first: what a scenario of a few lines leaves out. */
function plainer(weather: Weather): Weather[] {
  const { causes, events, noise } = weather
  const all: Weather[] = [
    { ...weather, events: [], noise: QUIET, replicas: { api: 1, worker: 1 } },
    { ...weather, events: [] },
    { ...weather, noise: QUIET },
    ...causes.map((_, index) => ({ ...weather, causes: causes.toSpliced(index, 1) })),
    ...events.map((_, index) => ({ ...weather, events: events.toSpliced(index, 1) })),
    { ...weather, replicas: { api: 1, worker: 1 } },
    ...causes.flatMap((cause, index) =>
      cause.off === 0 ? [] : [{ ...weather, causes: causes.with(index, { ...cause, off: 0 }) }],
    ),
  ]
  const now = JSON.stringify({ causes, events, noise, replicas: weather.replicas })
  return all.filter(
    (one) =>
      JSON.stringify({
        causes: one.causes,
        events: one.events,
        noise: one.noise,
        replicas: one.replicas,
      }) !== now,
  )
}

function proposals(weather: Weather): Weather[] {
  if (!anyWeather.canShrinkWithoutContext(weather)) return []
  const found: Weather[] = []
  for (const value of anyWeather.shrink(weather, undefined)) {
    found.push(value.value)
    if (found.length >= 2 * AT_ONCE) break
  }
  return found
}
