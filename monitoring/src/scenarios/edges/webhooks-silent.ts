import { catalogue } from '@verifluence/api/catalogue'
import type { Timeline } from '../scenario.ts'
import { counting, exported, type Process, presence, type Span } from '../world.ts'
import { cutOff, storyOf } from './environments.ts'

const source = { source: 'kick' }
const from = (begin: number, until = Number.POSITIVE_INFINITY): Span => [begin, until]

const lastReceived = (process: Process, at: (second: number) => number | undefined, by = source) =>
  exported(process, catalogue.webhookLastReceived.name, by, at)

const minutely = (second: number) => (second % 60 === 0 ? 1 : 0)

const runs = (process: Process, job: string, result: string, perScrape = minutely) =>
  counting(process, catalogue.pollRuns.name, { job, result }, perScrape)

/** A worker whose viewer-poll works and sees streams. */
const polling = (process: Process, live = 1): Timeline[] => [
  exported(process, catalogue.liveStreams.name, {}, () => live),
  runs(process, 'viewer-poll', 'ok'),
]

/** Long ago, when the story begins: silence is due to be told after 25 minutes. */
const LONG_AGO = 1
const DUE = 1_560
const LATER = DUE + 600

export const silentStory = storyOf('WebhooksSilent', [
  {
    env: 'another-source-delivers',
    timelines: (process) => [
      lastReceived(process({ kind: 'api' }), () => LONG_AGO),
      lastReceived(process({ kind: 'api' }), (now) => now, { source: 'twitch' }),
      ...polling(process()),
    ],
    silent: [DUE - 90],
    fires: [DUE + 60],
  },
  {
    env: 'the-api-is-cut-off',
    timelines: (process) => [
      lastReceived(process({ kind: 'api', ...cutOff(LATER) }), () => LONG_AGO),
      ...polling(process()),
    ],
    fires: [LATER + 210],
    silent: [LATER + 360],
  },
  {
    env: 'received-at-zero',
    timelines: (process) => [
      ...presence(process({ kind: 'api', runs: [from(600)] })),
      lastReceived(process({ kind: 'api' }), () => 0),
      ...polling(process()),
    ],
    silent: [1_800, 600 + 1_440],
    fires: [600 + 1_620],
  },
  {
    env: 'one-replica-of-the-api-is-young',
    timelines: (process) => [
      ...presence(process({ kind: 'api' })),
      ...presence(process({ kind: 'api', pod: 'b', runs: [from(600)] })),
      ...polling(process()),
    ],
    silent: [1_800],
    fires: [600 + 1_620],
  },
  {
    env: 'the-worker-is-younger-than-the-api',
    timelines: (process) => [
      ...presence(process({ kind: 'api' })),
      ...presence(process({ runs: [from(600)] })),
      ...polling(process()),
    ],
    fires: [1_650, 1_800],
  },
  {
    env: 'nothing-ever-received-and-cut-off',
    timelines: (process) => [
      ...presence(process({ kind: 'api', ...cutOff(LATER) })),
      ...polling(process()),
    ],
    fires: [LATER + 60],
    silent: [LATER + 150],
  },
  {
    env: 'a-quiet-night',
    timelines: (process) => [
      lastReceived(process({ kind: 'api' }), () => LONG_AGO),
      ...polling(process(), 0),
    ],
    silent: [DUE + 300, LATER],
  },
  {
    env: 'replicas-of-the-worker-disagree',
    timelines: (process) => [
      lastReceived(process({ kind: 'api' }), () => LONG_AGO),
      ...polling(process({ pod: 'a' }), 3),
      ...polling(process({ pod: 'b' }), 0),
    ],
    fires: [DUE + 60],
  },
  {
    env: 'scrapes-of-the-worker-are-lost',
    timelines: (process) => [
      lastReceived(process({ kind: 'api' }), () => LONG_AGO),
      ...polling(process(cutOff(LATER, 240))),
    ],
    fires: [LATER + 180],
  },
  {
    env: 'the-number-of-streams-vanishes',
    timelines: (process) => [
      lastReceived(process({ kind: 'api' }), () => LONG_AGO),
      exported(process(cutOff(LATER)), catalogue.liveStreams.name, {}, () => 1),
      runs(process(), 'viewer-poll', 'ok'),
    ],
    fires: [LATER, LATER + 540],
    silent: [LATER + 660],
  },
  {
    env: 'nobody-asks-kick-any-more',
    timelines: (process) => [
      lastReceived(process({ kind: 'api' }), () => LONG_AGO),
      exported(process(), catalogue.liveStreams.name, {}, () => 1),
      runs(process(), 'viewer-poll', 'ok', (second) => (second < LATER ? minutely(second) : 0)),
    ],
    fires: [LATER, LATER + 480],
    silent: [LATER + 660],
  },
  {
    env: 'the-only-stream-starts-over-and-over',
    timelines: (process) => [
      lastReceived(process({ kind: 'api' }), () => LONG_AGO),
      exported(process(), catalogue.liveStreams.name, {}, (now) => (now % 600 === 0 ? 0 : 1)),
      runs(process(), 'viewer-poll', 'ok'),
    ],
    fires: [DUE + 60, LATER],
  },
  {
    env: 'asking-kick-mostly-fails',
    timelines: (process) => [
      lastReceived(process({ kind: 'api' }), () => LONG_AGO),
      exported(process(), catalogue.liveStreams.name, {}, () => 1),
      runs(process(), 'viewer-poll', 'ok', (second) => (second % 420 === 0 ? 1 : 0)),
    ],
    fires: [DUE + 60, LATER],
  },
  {
    env: 'asking-kick-fails',
    timelines: (process) => [
      lastReceived(process({ kind: 'api' }), () => LONG_AGO),
      exported(process(), catalogue.liveStreams.name, {}, () => 1),
      runs(process(), 'viewer-poll', 'ok', () => 0),
      runs(process(), 'viewer-poll', 'error'),
      runs(process(), 'chat-export', 'ok'),
    ],
    silent: [DUE + 300, LATER],
  },
])
