import type { Alert, AlertGroup } from './alert.ts'
import { apiGroup } from './api.ts'
import { deliveryGroup } from './delivery.ts'
import { domainGroup } from './domain.ts'
import { externalGroup } from './external.ts'
import { instrumentationGroup } from './instrumentation.ts'
import { presenceGroup } from './presence.ts'
import { runtimeGroup } from './runtime.ts'
import { stalenessGroup } from './staleness.ts'
import { webhookGroup } from './webhooks.ts'

export type { Alert, AlertGroup, Severity } from './alert.ts'
export { staleAlert } from './names.ts'
export { stalenessGroup } from './staleness.ts'

/** Every group but the pollers', which live in a file of their own. */
export const platformGroups: readonly AlertGroup[] = [
  presenceGroup,
  externalGroup,
  webhookGroup,
  apiGroup,
  domainGroup,
  runtimeGroup,
  instrumentationGroup,
  deliveryGroup,
]

/** Every alert of the platform. */
export const alerts: readonly Alert[] = [stalenessGroup, ...platformGroups].flatMap(
  (group) => group.alerts,
)
