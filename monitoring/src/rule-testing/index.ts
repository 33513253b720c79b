import { databaseBatteries } from '../components/database/rule-tests.ts'
import { domainStories, refreshBattery, waitingBatteries } from '../components/domain/rule-tests.ts'
import {
  externalBatteries,
  failingStory,
  unauthorizedStory,
} from '../components/external-calls/rule-tests.ts'
import { burnBattery, burnStories } from '../components/http/rule-tests/burn.ts'
import { burnDaysBattery, burnEdges } from '../components/http/rule-tests/burn-days.ts'
import { recordedBatteries } from '../components/http/rule-tests/recorded.ts'
import { apiStories, slowBattery } from '../components/http/rule-tests/slow.ts'
import { stalenessBatteries, stalenessStories } from '../components/jobs/rule-tests.ts'
import { deliveryBatteries, deliveryStories } from '../components/notifications/rule-tests.ts'
import { platformBatteries } from '../components/platform/rule-tests.ts'
import {
  droppedBattery,
  eventLoopBattery,
  runtimeStories,
} from '../components/runtime/rule-tests.ts'
import { presenceBatteries, restartingStory } from '../components/targets/rule-tests.ts'
import {
  acknowledgeBattery,
  backlogBattery,
  processingBattery,
  webhookStories,
} from '../components/webhooks/rule-tests/processing.ts'
import { rejectedBattery, rejectedStory } from '../components/webhooks/rule-tests/rejected.ts'
import { silentBattery, silentStory } from '../components/webhooks/rule-tests/silent.ts'
import { findings } from './findings.ts'
import { hoveringBatteries } from './hovering.ts'
import { quietBattery } from './quiet.ts'
import type { Battery } from './scenario.ts'

export { runBattery } from './promtool.ts'
export type { Battery } from './scenario.ts'

/** Every scenario that the rules are tested with. */
export const batteries: readonly Battery[] = [
  ...stalenessBatteries,
  ...stalenessStories,
  ...presenceBatteries,
  restartingStory,
  ...externalBatteries,
  unauthorizedStory,
  failingStory,
  rejectedBattery,
  rejectedStory,
  silentBattery,
  silentStory,
  backlogBattery,
  processingBattery,
  acknowledgeBattery,
  ...webhookStories,
  burnBattery,
  ...burnStories,
  burnDaysBattery,
  ...burnEdges,
  slowBattery,
  ...apiStories,
  ...recordedBatteries,
  refreshBattery,
  ...waitingBatteries,
  ...domainStories,
  ...databaseBatteries,
  ...platformBatteries,
  eventLoopBattery,
  droppedBattery,
  ...runtimeStories,
  ...deliveryBatteries,
  ...deliveryStories,
  ...hoveringBatteries,
  ...findings,
  quietBattery,
]
