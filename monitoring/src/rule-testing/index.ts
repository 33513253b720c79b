import { databaseBatteries } from '../components/database/rule-tests.ts'
import {
  domainScenarios,
  refreshBattery,
  waitingBatteries,
} from '../components/domain/rule-tests.ts'
import {
  externalBatteries,
  failingScenario,
  unauthorizedScenario,
} from '../components/external-calls/rule-tests.ts'
import { burnBattery, burnScenarios } from '../components/http/rule-tests/burn.ts'
import { burnDaysBattery, burnEdges } from '../components/http/rule-tests/burn-days.ts'
import { recordedBatteries } from '../components/http/rule-tests/recorded.ts'
import { apiScenarios, slowBattery } from '../components/http/rule-tests/slow.ts'
import { stalenessBatteries, stalenessScenarios } from '../components/jobs/rule-tests.ts'
import { deliveryBatteries, deliveryScenarios } from '../components/notifications/rule-tests.ts'
import { platformBatteries } from '../components/platform/rule-tests.ts'
import {
  droppedBattery,
  eventLoopBattery,
  runtimeScenarios,
} from '../components/runtime/rule-tests.ts'
import { presenceBatteries, restartingScenario } from '../components/targets/rule-tests.ts'
import {
  acknowledgeBattery,
  backlogBattery,
  processingBattery,
  webhookScenarios,
} from '../components/webhooks/rule-tests/processing.ts'
import { rejectedBattery, rejectedScenario } from '../components/webhooks/rule-tests/rejected.ts'
import { silentBattery, silentScenario } from '../components/webhooks/rule-tests/silent.ts'
import { findings } from './findings.ts'
import { hoveringBatteries } from './hovering.ts'
import { quietBattery } from './quiet.ts'
import type { Battery } from './scenario.ts'

export { runBattery } from './promtool.ts'
export type { Battery } from './scenario.ts'

/** Every scenario that the rules are tested with. */
export const batteries: readonly Battery[] = [
  ...stalenessBatteries,
  ...stalenessScenarios,
  ...presenceBatteries,
  restartingScenario,
  ...externalBatteries,
  unauthorizedScenario,
  failingScenario,
  rejectedBattery,
  rejectedScenario,
  silentBattery,
  silentScenario,
  backlogBattery,
  processingBattery,
  acknowledgeBattery,
  ...webhookScenarios,
  burnBattery,
  ...burnScenarios,
  burnDaysBattery,
  ...burnEdges,
  slowBattery,
  ...apiScenarios,
  ...recordedBatteries,
  refreshBattery,
  ...waitingBatteries,
  ...domainScenarios,
  ...databaseBatteries,
  ...platformBatteries,
  eventLoopBattery,
  droppedBattery,
  ...runtimeScenarios,
  ...deliveryBatteries,
  ...deliveryScenarios,
  ...hoveringBatteries,
  ...findings,
  quietBattery,
]
