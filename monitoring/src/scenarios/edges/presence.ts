import { presence, type Span } from '../world.ts'
import { type Make, storyOf } from './environments.ts'

const END = Number.POSITIVE_INFINITY
const FIRST = 900

/** Restarts at each of these moments. */
const lives = (...restarts: readonly number[]): Span[] =>
  [0, ...restarts].map((from, index): Span => [from, restarts[index] ?? END])

const minutely = lives(...Array.from({ length: 20 }, (_, index) => FIRST + index * 60))

/** Three restarts four minutes apart; they are within a quarter of an hour and not within half of it. */
const spread = lives(FIRST, FIRST + 240, FIRST + 480)

/** Six minutes apart, as when the kubelet waits for five: never more than three within a quarter of an hour. */
const slowly = lives(...Array.from({ length: 7 }, (_, index) => FIRST + index * 360))

export const restartingStory = storyOf('ProcessRestarting', [
  {
    env: 'one-of-two-replicas-crashes-three-times',
    timelines: (process) => [
      ...presence(process()),
      ...presence(process({ pod: 'b', runs: spread })),
    ],
    fires: [FIRST + 480 + 330],
  },
  {
    env: 'three-restarts-in-twenty-minutes',
    timelines: (process) => presence(process({ runs: lives(FIRST, FIRST + 600, FIRST + 1_200) })),
    silent: [FIRST + 1_200 + 390],
  },
  ...(['api', 'worker'] as const).map((kind) => ({
    env: `one-of-two-replicas-of-the-${kind}-crashes-slowly`,
    timelines: (process: Make) => [
      ...presence(process({ kind })),
      ...presence(process({ kind, pod: 'b', runs: slowly })),
    ],
    fires: [FIRST + 6 * 360],
  })),
  {
    env: 'one-of-two-replicas-crashes',
    timelines: (process) => [
      ...presence(process()),
      ...presence(process({ pod: 'b', runs: minutely })),
    ],
    fires: [FIRST + 600],
  },
  {
    env: 'restarts-are-spread',
    timelines: (process) => presence(process({ runs: spread })),
    silent: [FIRST + 480 + 270],
    fires: [FIRST + 480 + 330],
  },
  {
    env: 'prometheus-itself-restarts',
    timelines: (process) =>
      presence(process({ runs: minutely })).map(({ labels, ...timeline }) => ({
        ...timeline,
        labels: { ...labels, job: 'k8s-prometheus' },
      })),
    silent: [FIRST + 600],
  },
])
