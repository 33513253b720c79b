import { expect, it } from 'vitest'
import { readTree } from '../../src/gate/tree.ts'
import { checkWiring } from '../../src/gate/wiring.ts'
import { copyOfTree } from '../support/copy.ts'

const STAGE = 'operations/clusters/prod/stage'
const MONITOR = `${STAGE}/monitoring/worker-metrics.yaml`
const POLICIES = `${STAGE}/apps/network-policies.yaml`

type Case = readonly [
  what: string,
  file: string,
  was: string | RegExp,
  becomes: string,
  says: string,
]

it.each<Case>([
  [
    'a metrics Service that selects no pod',
    MONITOR,
    'name: worker\n',
    'name: workr\n',
    'Service stage/worker-metrics selects pods with app.kubernetes.io/name: workr',
  ],
  [
    'a ServiceMonitor that selects no Service',
    MONITOR,
    'matchLabels:\n      app.kubernetes.io/name: worker-metrics',
    'matchLabels:\n      app.kubernetes.io/name: worker-metrix',
    'ServiceMonitor stage/worker-metrics selects Services with app.kubernetes.io/name: worker-metrix',
  ],
  [
    'a ServiceMonitor that asks for a port its Service does not have',
    MONITOR,
    '- port: metrics',
    '- port: metric',
    'scrapes a port named metric, which its Service does not have; it has metrics',
  ],
  [
    'a ServiceMonitor that lets the exported job be renamed',
    MONITOR,
    'honorLabels: true',
    'honorLabels: false',
    'must say honorLabels: true',
  ],
  [
    'a ServiceMonitor whose series belong to no environment',
    MONITOR,
    'targetLabel: env',
    'targetLabel: environment',
    'must set the label env',
  ],
  [
    'a metrics Service of another name than rules ask for',
    MONITOR,
    /\n {2}name: worker-metrics/,
    '\n  name: worker-measures',
    'No Service in operations/ is named worker-metrics',
  ],
  [
    'a policy that protects no pod',
    POLICIES,
    'app.kubernetes.io/name: api',
    'app.kubernetes.io/name: apy',
    'NetworkPolicy stage/api-traffic selects pods with app.kubernetes.io/name: apy',
  ],
  [
    'a Service that leads to a port its pods do not declare',
    `${STAGE}/apps/api.yaml`,
    'targetPort: http',
    'targetPort: web',
    'leads to a port named web, which its pods do not declare',
  ],
  [
    'a Deployment that does not select its own pods',
    `${STAGE}/apps/worker.yaml`,
    'matchLabels:\n      app.kubernetes.io/name: worker',
    'matchLabels:\n      app.kubernetes.io/name: works',
    'Deployment stage/worker selects pods with app.kubernetes.io/name: works',
  ],
])('refuses %s', (_, file, was, becomes, says) => {
  const tree = copyOfTree()
  tree.change(file, was, becomes)
  const complaints = checkWiring(readTree(tree.root))
  expect(
    complaints.filter((one) => one.includes(says)),
    complaints.join('\n'),
  ).toHaveLength(1)
})
