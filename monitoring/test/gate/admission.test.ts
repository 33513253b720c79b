import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import {
  refusals,
  refusesByPrograms,
  refusesByReading,
  STAGE,
  type Tree,
} from '../support/refusals.ts'

const FOLDER = `${STAGE}/monitoring`
const POLICIES = `${FOLDER}/network-policies.yaml`
const LISTED = '  - network-policies.yaml\n'

const withoutPolicies = ({ root, change }: Tree, folder = FOLDER) => {
  rmSync(join(root, folder, 'network-policies.yaml'))
  change(`${folder}/kustomization.yaml`, LISTED, '')
}

const api = [
  `${FOLDER}/api-metrics.yaml`,
  'ServiceMonitor stage/api-metrics scrapes Deployment stage/api on 9091',
  'no NetworkPolicy lets Prometheus in',
  'add one that selects its pods',
]
const worker = [
  `${FOLDER}/worker-metrics.yaml`,
  'ServiceMonitor stage/worker-metrics scrapes Deployment stage/worker on 9092',
]

refusesByReading([
  ['an api that denies Prometheus, as all policies for it are gone', withoutPolicies, api],
  ['a worker that denies Prometheus, as all policies for it are gone', withoutPolicies, worker],
  [
    "a policy that admits Prometheus to the api on the worker's port",
    ({ change }) => change(POLICIES, 'port: 9091', 'port: 9092'),
    api,
  ],
  [
    'a policy that admits Prometheus to another pod',
    ({ change }) =>
      change(POLICIES, 'app.kubernetes.io/name: api', 'app.kubernetes.io/name: worker'),
    api,
  ],
  [
    'a policy that admits Prometheus over UDP',
    ({ change }) =>
      change(
        POLICIES,
        'port: 9091\n          protocol: TCP',
        'port: 9091\n          protocol: UDP',
      ),
    api,
  ],
  [
    'a policy that admits Prometheus by a name that no container declares',
    ({ change }) => change(POLICIES, 'port: 9091', 'port: metrics'),
    api,
  ],
  [
    'a policy for Prometheus that is about the way out',
    ({ change }) => change(POLICIES, 'policyTypes: [Ingress]', 'policyTypes: [Egress]'),
    api,
  ],
  [
    'a policy for Prometheus in another namespace',
    ({ change }) => change(POLICIES, 'namespace: stage', 'namespace: elsewhere'),
    api,
  ],
])

refusesByPrograms([
  [
    'policies for Prometheus that kustomize leaves out',
    ({ change }) => change(`${FOLDER}/kustomization.yaml`, LISTED, ''),
    worker,
  ],
])

it.each([
  ['every port', /\n {6}ports:\n {8}- port: 9091\n {10}protocol: TCP/, ''],
  ['a range of ports', 'port: 9091', 'port: 9000\n          endPort: 9099'],
  ['the port, of no protocol and so of TCP', 'port: 9091\n          protocol: TCP', 'port: 9091'],
])('is content with a policy that admits Prometheus on %s', async (_, was, becomes) => {
  expect(await refusals(({ change }) => change(POLICIES, was, becomes))).toEqual([])
})

it('asks for no policy that admits Prometheus where every client is admitted', async () => {
  const complaints = await refusals((tree) => {
    withoutPolicies(tree)
    withoutPolicies(tree, `${STAGE}/apps`)
  })
  expect(complaints.join('\n')).toMatch(/apps\/api.yaml exposes internals: no NetworkPolicy/)
  expect(complaints.join('\n')).not.toContain('lets Prometheus in')
})
