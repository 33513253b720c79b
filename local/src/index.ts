export { type AlertmanagerClient, createAlertmanagerClient } from './clients/alertmanager.ts'
export { createPrometheusClient, type PrometheusClient } from './clients/prometheus.ts'
export {
  describeEnvironment,
  environment,
  PORT_VARIABLES,
  type Ports,
  readStackConfig,
} from './config.ts'
export { checkConfiguration, writeConfiguration } from './configuration.ts'
export type { Manifest } from './derive/manifests/parse.ts'
export { buildTree, OPERATIONS } from './derive/manifests/tree.ts'
export { type DerivedFiles, derivedFiles } from './derive/write.ts'
export { describeStack } from './describe.ts'
export { findTools, freePorts } from './prerequisites.ts'
export {
  alertmanagerSpec,
  apiSpec,
  fakesSpec,
  prometheusSpec,
  workerSpec,
} from './services/specs.ts'
export { createSupervisor } from './services/supervisor.ts'
export { type Stack, type StackOptions, startStack } from './stack.ts'
export { createAlertWatch } from './watch/alerts.ts'
export { type Event, formatEvent } from './watch/event.ts'
export { createDeliveryWatch, createMessageWatch } from './watch/messages.ts'
export { createTargetWatch } from './watch/targets.ts'
export { createWatch, type Watch } from './watch/watch.ts'
