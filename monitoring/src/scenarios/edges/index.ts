import type { Battery } from '../scenario.ts'
import { apiStories } from './api.ts'
import { burnStories } from './burn.ts'
import { burnEdges } from './burn-edges.ts'
import { deliveryStories } from './delivery.ts'
import { domainStories } from './domain.ts'
import { failingStory, unauthorizedStory } from './external.ts'
import { restartingStory } from './presence.ts'
import { runtimeStories } from './runtime.ts'
import { stalenessStories } from './staleness.ts'
import { webhookStories } from './webhooks.ts'

/** Stories in which each part of a rule decides: without it, or a little beside it, the verdict is another. */
export const edgeBatteries: readonly Battery[] = [
  ...stalenessStories,
  restartingStory,
  unauthorizedStory,
  failingStory,
  ...webhookStories,
  ...apiStories,
  ...burnStories,
  ...burnEdges,
  ...domainStories,
  ...runtimeStories,
  ...deliveryStories,
]
