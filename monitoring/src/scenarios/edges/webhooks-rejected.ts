import { catalogue } from '@verifluence/api/catalogue'
import type { Timeline } from '../scenario.ts'
import { counting, type Process } from '../world.ts'
import { type Make, storyOf } from './environments.ts'

const AT = 1_800
const source = { source: 'kick' }
const once = (second: number) => (second === AT ? 5 : 0)

/** Deliveries by how they were answered, so many between two scrapes; less than one is one now and then. */
const deliveries = (
  process: Process,
  result: string,
  perScrape: number | ((second: number) => number),
): Timeline =>
  counting(
    process,
    catalogue.webhookReceived.name,
    { ...source, event_type: 'other', result },
    typeof perScrape === 'number' ? () => perScrape : perScrape,
  )

/** Two in five minutes, and four in ten. */
const FEW = 0.2

export const rejectedStory = storyOf('WebhookRejected', [
  {
    env: 'few-and-all-of-them',
    timelines: (process) => [deliveries(process({ kind: 'api' }), 'invalid_signature', FEW)],
    fires: [AT],
  },
  {
    env: 'two-replicas-refuse-some-of-many',
    timelines: (process) =>
      ['a', 'b'].flatMap((pod) => [
        deliveries(process({ kind: 'api', pod }), 'ok', 5),
        deliveries(process({ kind: 'api', pod }), 'invalid_signature', FEW),
      ]),
    fires: [AT],
  },
  {
    env: 'hardly-any-and-all-of-them',
    timelines: (process) => [deliveries(process({ kind: 'api' }), 'invalid_signature', 0.2 * FEW)],
    silent: [AT],
  },
  {
    env: 'half-as-few-and-all-of-them',
    timelines: (process) => [deliveries(process({ kind: 'api' }), 'invalid_signature', 0.6 * FEW)],
    silent: [AT],
  },
  {
    env: 'few-of-them-by-two-replicas',
    timelines: (process) => [
      deliveries(process({ kind: 'api' }), 'missing_headers', FEW / 2),
      deliveries(process({ kind: 'api', pod: 'b' }), 'stale_timestamp', FEW / 2),
    ],
    fires: [AT],
  },
  ...['ok', 'duplicate'].map((result) => ({
    env: `few-beside-${result}`,
    timelines: (process: Make) => [
      deliveries(process({ kind: 'api' }), 'invalid_signature', FEW),
      deliveries(process({ kind: 'api', pod: 'b' }), result, (at) => (at < AT ? 1 : 0)),
      deliveries(process({ kind: 'api', pod: 'c' }), 'bad_method', 1),
    ],
    silent: [AT, AT + 480],
    fires: [AT + 720],
  })),
  {
    env: 'few-of-this-source',
    timelines: (process) => [
      deliveries(process({ kind: 'api' }), 'invalid_signature', FEW),
      counting(
        process({ kind: 'api' }),
        catalogue.webhookReceived.name,
        { source: 'twitch', event_type: 'other', result: 'ok' },
        () => 1,
      ),
    ],
    fires: [AT],
  },
  {
    env: 'a-volley',
    timelines: (process) => [
      counting(
        process({ kind: 'api' }),
        catalogue.webhookReceived.name,
        { ...source, event_type: 'other', result: 'invalid_signature' },
        once,
      ),
    ],
    silent: [AT + 30],
    // Ten minutes until nothing is seen of it, and ten of calm.
    fires: [AT + 90, AT + 1_080],
  },
])
