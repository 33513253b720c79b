import { type Job, jobs } from '@verifluence/api/jobs'
import type { Random } from '@verifluence/testkit'
import { targets } from '../../../places.ts'
import { DAY, HOUR, isWithin, MINUTE, MONTH, type Span, TICK, TICKS } from '../time.ts'
import { gauge, type Pod, type Track } from '../track.ts'

/** What happens to processes that is no failure. */
export interface Comings {
  readonly rollouts: readonly number[]
  /** A process dies and is started in place: out of memory, a node that is drained. */
  readonly restarts: readonly number[]
}

/** The seconds of the day at which the daily jobs run. */
const dailyRuns = Object.values<Job>(jobs)
  .filter(({ intervalSeconds }) => intervalSeconds === DAY)
  .map(({ cron }) => {
    const [minute, hour] = cron.split(' ')
    return Number(hour) * HOUR + Number(minute) * MINUTE
  })

/** How long old and new pods run side by side, and how long a process is away in a restart. */
const OVERLAP = 45
const AWAY = 40

/**
 * The rollout in which an old pod leaves some seconds into the run of a daily job, in turn of each: the
 * worst moment there is. The new pod has skipped its turn by then.
 */
const inDailyRun = (day: number): number =>
  day * DAY + (dailyRuns[Math.floor(day / 7) % dailyRuns.length] ?? 0) - OVERLAP + 4

/** A rollout a working day at some hour, and a restart in place every few days. */
export function comings(random: Random): Comings {
  const days = Array.from({ length: MONTH / DAY }, (_, day) => day)
  const some = (day: number, from: number, until: number) =>
    day * DAY + random.between(from * HOUR, until * HOUR)
  return {
    rollouts: days.map((day) => {
      const someHour = some(day, 8, 18)
      return day % 7 === 3 ? inDailyRun(day) : someHour
    }),
    restarts: days.filter(() => random.chance(0.25)).map((day) => some(day, 0, 22)),
  }
}

/**
 * Prometheus writes that a target is gone only a scrape after the one that no longer comes, in case the
 * target returns under the same labels; until then its last values stand.
 */
const LETTING_GO = TICK

/** What fails with a process: which of its pods are gone, and whether even the target is. */
export interface Troubles {
  readonly gone: readonly Span[]
  readonly forgotten: readonly Span[]
  /** The first replica dies a minute after each start. */
  readonly crashing: readonly Span[]
}

/** Both replicas in both colours. */
export function podsOf(
  kind: Pod['kind'],
  { rollouts, restarts }: Comings,
  troubles: Troubles,
  random: Random,
): Pod[] {
  const colours = ['blue', 'green'] as const
  return [0, 1].flatMap((replica) => {
    // The second replica follows when the first is up.
    const changes = rollouts.map((at) => at + replica * 2 * MINUTE)
    const forgotten = troubles.forgotten.map(([from, until]): Span => [from + LETTING_GO, until])
    const deaths = restarts.filter((_, index) => index % 2 === replica)
    return colours.map((colour, index) => {
      const lives = livesOf(changes, index)
      const name = `${kind}-${colour}-${replica}`
      const away = [
        ...deaths.map((at): Span => [at, at + AWAY]),
        ...(replica === 0 ? troubles.crashing.flatMap(backingOff) : []),
      ]
      const births = [...lives, ...away.map(([, until]) => [until])]
        .map(([from = 0]) => from)
        .sort((one, other) => one - other)
      const leaves = [...lives.map(([, until]) => until), ...deaths]
      const known: boolean[] = []
      let born = 0
      let next = 0
      const began = Array.from({ length: TICKS }, (_, tick) => {
        const now = tick * TICK
        while ((births[next] ?? Number.POSITIVE_INFINITY) <= now) {
          born = births[next] ?? born
          next += 1
        }
        const runs = isWithin(now, lives)
        known.push(runs && !isWithin(now, forgotten))
        const isLost = random.chance(0.0005)
        const isUp = runs && !isWithin(now, away) && !isWithin(now, troubles.gone)
        return isUp && known[tick] && !isLost ? Math.max(1, born) : undefined
      })
      return { kind, name, labels: labelsOf(kind, name), began, known, leaves }
    })
  })
}

/** The kubelet's waits before it starts a container that died: 10 s, doubled each time, 300 s at most. */
const LONGEST_WAIT = 300

/** When a process is away that dies a minute after each start. */
function backingOff([from, until]: Span): Span[] {
  const away: Span[] = []
  let wait = 10
  for (let died = from; died < until; ) {
    const born = Math.min(died + wait, until)
    away.push([died, born])
    died = born + MINUTE
    wait = Math.min(2 * wait, LONGEST_WAIT)
  }
  return away
}

/** The times of one colour: every other stretch between two changes. */
function livesOf(changes: readonly number[], first: number): Span[] {
  const begins = [0, ...changes]
  return begins
    .map((from, index): Span => [from, (changes[index] ?? MONTH) + OVERLAP])
    .filter((_, index) => index % 2 === first)
}

const labelsOf = (kind: Pod['kind'], name: string) => ({
  env: 'stage',
  namespace: 'stage',
  job: targets[kind].job,
  pod: name,
  instance: `${name}:${targets[kind].port}`,
})

/** What Prometheus itself knows of a pod, and since when its process runs. */
export const presenceOf = (pod: Pod): Track[] => [
  {
    name: 'up',
    labels: { ...pod.labels, service: targets[pod.kind].job },
    values: Float64Array.from({ length: TICKS }, (_, tick) => {
      if (!pod.known[tick]) return Number.NaN
      return pod.began[tick] === undefined ? 0 : 1
    }),
  },
  gauge(pod, 'process_start_time_seconds', {}, (_, tick) => pod.began[tick]),
]
