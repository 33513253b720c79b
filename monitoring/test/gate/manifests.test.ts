import { PROD, refusesByPrograms, refusesByReading, STAGE } from '../support/refusals.ts'

const PATCH = `  - target: { kind: Service, name: api }
    patch: |-
      - op: add
        path: /spec/ports/0/targetPort
        value: 9091
`
const OPEN = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'open', namespace: 'stage' },
  spec: { selector: { 'app.kubernetes.io/name': 'api' }, ports: [{ port: 80, targetPort: 9091 }] },
}

refusesByReading([
  [
    'a misspelt key of a ServiceMonitor',
    ({ change }) =>
      change(`${STAGE}/monitoring/worker-metrics.yaml`, 'honorLabels', 'honourLabels'),
    [
      'worker-metrics.yaml',
      'ServiceMonitor stage/worker-metrics',
      'spec/endpoints/0/honourLabels',
      'correct the spelling',
    ],
  ],
  [
    'a misspelt key of a Deployment',
    ({ change }) => change(`${STAGE}/apps/api.yaml`, 'readinessProbe', 'readynessProbe'),
    ['apps/api.yaml', 'spec/template/spec/containers/0/readynessProbe'],
  ],
  [
    'a value of the wrong type',
    ({ change }) => change(`${STAGE}/apps/api.yaml`, 'replicas: 2', 'replicas: two'),
    ['apps/api.yaml', 'Deployment stage/api', '/spec/replicas must be integer'],
  ],
  [
    'a kind that the tree does not use',
    ({ change }) => change(`${STAGE}/apps/worker.yaml`, 'kind: Deployment', 'kind: Deploiment'),
    ['apps/worker.yaml', 'apps/v1 Deploiment', 'did you mean apps/v1 Deployment?'],
  ],
  [
    'YAML that does not parse',
    ({ write }) => write(`${STAGE}/apps/api.yaml`, 'a: [1\nb: 2\n'),
    ['apps/api.yaml is no valid YAML'],
  ],
  [
    'a file that no kustomization names',
    ({ write }) =>
      write(
        `${STAGE}/apps/forgotten.yaml`,
        'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: x\n',
      ),
    ['apps/forgotten.yaml is in no kustomization', `${STAGE}/apps/kustomization.yaml`],
  ],
  [
    'a Secret in the tree',
    ({ change }) =>
      change(
        `${STAGE}/apps/worker.yaml`,
        /^/,
        'apiVersion: v1\nkind: Secret\nmetadata:\n  name: keys\nstringData:\n  a: b\n---\n',
      ),
    ['apps/worker.yaml holds Secret keys', 'operations/README.md'],
  ],
])

refusesByPrograms([
  [
    'a resource that is not there',
    ({ change }) =>
      change(`${STAGE}/apps/kustomization.yaml`, '  - worker.yaml', '  - wroker.yaml'),
    [`${STAGE}/apps: kustomize cannot build it`, 'wroker.yaml'],
  ],
  [
    'a metrics port that only a patch opens',
    ({ change }) => change(`${PROD}/production/kustomization.yaml`, /$/, PATCH),
    [
      'apps/api.yaml (as operations/clusters/prod/production builds it) exposes internals',
      'Service production/api',
    ],
  ],
  [
    'a metrics port in a resource that is JSON',
    ({ change, write }) => {
      write(`${STAGE}/apps/open.json`, JSON.stringify(OPEN))
      change(
        `${STAGE}/apps/kustomization.yaml`,
        '  - worker.yaml',
        '  - worker.yaml\n  - open.json',
      )
    },
    ['apps/open.json', 'exposes internals: Service stage/open'],
  ],
  [
    'a misspelt key that a patch adds',
    ({ change }) =>
      change(
        `${PROD}/production/kustomization.yaml`,
        /$/,
        PATCH.replace('/spec/ports/0/targetPort', '/spec/ports/0/targetPort0'),
      ),
    ['production', 'spec/ports/0/targetPort0', 'correct the spelling'],
  ],
  [
    'a Secret that kustomize makes of literals',
    ({ change }) =>
      change(
        `${STAGE}/apps/kustomization.yaml`,
        'images:',
        'secretGenerator:\n  - name: keys\n    literals: [a=b]\nimages:',
      ),
    ['apps/kustomization.yaml', 'holds Secret keys'],
  ],
])
