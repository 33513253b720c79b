import { expect, it } from 'vitest'
import { checkExposure } from '../../src/gate/exposure.ts'
import { checkDenial } from '../../src/gate/policies.ts'
import { readTree } from '../../src/gate/tree.ts'
import { copyOfTree } from '../support/copy.ts'

const APPS = 'operations/clusters/prod/stage/apps'
const MONITORING = 'operations/clusters/prod/stage/monitoring'

type Tree = ReturnType<typeof copyOfTree>

const exposed = (harm: (tree: Tree) => void): string[] => {
  const tree = copyOfTree()
  harm(tree)
  return checkExposure(readTree(tree.root))
}

const object = (text: string) => (tree: Tree) => tree.write(`${APPS}/added.yaml`, text)

const ROUTE = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: api }
spec:
  rules:
    - backendRefs: [{ name: api-metrics, port: 9091 }]
`
const GATEWAY = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public }
spec:
  listeners: [{ name: metrics, port: 443, protocol: HTTPS }]
`
const INGRESS = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: api }
spec:
  rules:
    - http:
        paths:
          - path: /metrics
            pathType: Prefix
            backend: { service: { name: worker-metrics, port: { number: 9092 } } }
`
const RANGE = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: wide }
spec:
  podSelector: {}
  ingress:
    - from: [{ namespaceSelector: {} }]
      ports: [{ port: 3000, endPort: 10000 }]
`
const EVERY_PORT = RANGE.replace('      ports: [{ port: 3000, endPort: 10000 }]\n', '')
const withPorts = (ports: string) =>
  RANGE.replace('ports: [{ port: 3000, endPort: 10000 }]', `ports: ${ports}`)
const BY_NAME = RANGE.replace('{ port: 3000, endPort: 10000 }', '{ port: metrics }')

it.each<[what: string, harm: (tree: Tree) => void, where: string]>([
  [
    'a second port of the public Service',
    ({ change }) =>
      change(
        `${APPS}/api.yaml`,
        '      port: 3000\n',
        '      port: 3000\n    - name: metrics\n      port: 9091\n',
      ),
    'apps/api.yaml',
  ],
  [
    'a public port that leads to an internal one',
    ({ change }) => change(`${APPS}/api.yaml`, 'targetPort: http', 'targetPort: 9091'),
    'apps/api.yaml',
  ],
  [
    'a metrics Service with an address of its own',
    ({ change }) => change(`${MONITORING}/api-metrics.yaml`, '  clusterIP: None\n', ''),
    'api-metrics.yaml',
  ],
  [
    'a metrics Service for every client outside',
    ({ change }) =>
      change(
        `${MONITORING}/api-metrics.yaml`,
        '  clusterIP: None\n',
        '  clusterIP: None\n  type: LoadBalancer\n',
      ),
    'api-metrics.yaml',
  ],
  ['a route', object(ROUTE), 'added.yaml'],
  ['a gateway with a listener called metrics', object(GATEWAY), 'added.yaml'],
  ['an ingress', object(INGRESS), 'added.yaml'],
  ['a policy that admits a range of ports', object(RANGE), 'added.yaml'],
  ['a policy that admits every port', object(EVERY_PORT), 'added.yaml'],
  ['a policy that admits the port by name', object(BY_NAME), 'added.yaml'],
  ['a policy whose list of ports is empty', object(withPorts('[]')), 'added.yaml'],
  ['a policy whose list of ports is null', object(withPorts('null')), 'added.yaml'],
  [
    'a policy that names a protocol and no port',
    object(withPorts('[{ protocol: TCP }]')),
    'added.yaml',
  ],
  ['a policy that writes the port as text', object(withPorts('[{ port: "9092" }]')), 'added.yaml'],
  [
    'a policy whose range is written as text',
    object(withPorts('[{ port: "9000", endPort: 9091 }]')),
    'added.yaml',
  ],
  [
    'a policy that admits no client by name',
    object(withPorts('[{ port: 9091 }]').replace('[{ namespaceSelector: {} }]', 'null')),
    'added.yaml',
  ],
  [
    'a container that declares the port under another name',
    ({ change }) =>
      change(
        `${APPS}/api.yaml`,
        'containerPort: 3000',
        'containerPort: 3000\n            - name: more\n              containerPort: 9091',
      ),
    'apps/api.yaml',
  ],
  [
    'a container that takes the port of its node',
    ({ change }) =>
      change(
        `${APPS}/worker.yaml`,
        'containerPort: 3002',
        'containerPort: 3002\n              hostPort: 9092',
      ),
    'apps/worker.yaml',
  ],
  [
    'a pod in the network of its node',
    ({ change }) =>
      change(
        `${APPS}/worker.yaml`,
        '      automountServiceAccountToken',
        '      hostNetwork: true\n      automountServiceAccountToken',
      ),
    'apps/worker.yaml',
  ],
  [
    'another client than Prometheus',
    ({ change }) =>
      change(
        `${MONITORING}/network-policies.yaml`,
        'app.kubernetes.io/name: prometheus',
        'app.kubernetes.io/name: grafana',
      ),
    'network-policies.yaml',
  ],
  [
    'a pod called Prometheus in another namespace',
    ({ change }) =>
      change(
        `${MONITORING}/network-policies.yaml`,
        'kubernetes.io/metadata.name: monitoring',
        'kubernetes.io/metadata.name: playground',
      ),
    'network-policies.yaml',
  ],
])('finds internals exposed by %s, and names the file', (_, harm, where) => {
  const complaints = exposed(harm)
  expect(complaints).toHaveLength(1)
  expect(complaints[0]).toMatch(/exposes internals/)
  expect(complaints[0]).toContain(where)
})

it('lets the two metrics Services and the policies for Prometheus pass', () => {
  expect(exposed(() => {})).toEqual([])
})

it.each([
  [
    'is gone',
    /metadata:\n {2}name: deny-ingress\n[^-]*---\n/,
    'metadata:\n  name: deny-ingress\n  namespace: elsewhere\nspec:\n  podSelector: {}\n---\n',
  ],
  ['chooses some pods only', 'podSelector: {}', 'podSelector: { matchLabels: { a: b } }'],
  ['is about the way out', 'policyTypes: [Ingress]', 'policyTypes: [Egress]'],
])('finds pods that are open to everybody because the policy that denies %s', (_, was, becomes) => {
  const tree = copyOfTree()
  tree.change(`${APPS}/network-policies.yaml`, was, becomes)
  const complaints = checkDenial(readTree(tree.root))
  // api, worker and the blackbox exporter.
  expect(complaints).toHaveLength(3)
  expect(complaints.join('\n')).toMatch(/apps\/api.yaml exposes internals.*deny|podSelector: \{\}/)
})
