import { catalogue } from '@verifluence/api/catalogue'
import type { Battery } from '../scenario.ts'
import { counting, exported, type Process } from '../world.ts'
import { cutOff, storyOf } from './environments.ts'
import { latencies } from './latencies.ts'
import { rejectedStory } from './webhooks-rejected.ts'
import { silentStory } from './webhooks-silent.ts'

const AT = 1_800
const source = { source: 'kick' }

const backlogStory = storyOf('WebhookBacklog', [
  {
    env: 'one-delivery-lies-there',
    timelines: (process) => [
      exported(process({ kind: 'api' }), catalogue.webhookOldestUnprocessed.name, source, (now) =>
        now < AT ? undefined : AT,
      ),
    ],
    silent: [AT + 360],
    fires: [AT + 390],
  },
])

const parked = (process: Process, at: (second: number) => number) =>
  exported(process, catalogue.webhookParked.name, source, at)
const errors = (process: Process, perScrape: (second: number) => number) =>
  counting(
    process,
    catalogue.webhookProcessed.name,
    { ...source, event_type: 'other', result: 'error' },
    perScrape,
  )

const processingStory = storyOf('WebhookProcessingFailing', [
  {
    env: 'one-replica-has-counted-already',
    timelines: (process) => [
      parked(process({ kind: 'api' }), () => 0),
      parked(process({ kind: 'api', pod: 'b' }), () => 1),
    ],
    fires: [AT],
  },
  {
    env: 'parked-and-cut-off',
    timelines: (process) => [parked(process({ kind: 'api', ...cutOff(AT) }), () => 1)],
    fires: [AT + 60],
    silent: [AT + 150],
  },
  {
    env: 'two-replicas-share-the-failures',
    timelines: (process) =>
      ['a', 'b'].map((pod) =>
        errors(process({ kind: 'api', pod }), (now) => (now >= AT && now % 150 === 0 ? 1 : 0)),
      ),
    fires: [AT + 900],
  },
])

const slowStory = latencies('WebhookAckSlow', {
  definition: catalogue.webhookReceiveDuration,
  labels: { ...source, result: 'ok' },
  others: { ...source, result: 'duplicate' },
  bearable: 0.4,
  slow: 0.8,
})

export const webhookStories: readonly Battery[] = [
  silentStory,
  rejectedStory,
  backlogStory,
  processingStory,
  slowStory,
]
