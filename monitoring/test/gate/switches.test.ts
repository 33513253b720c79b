import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { operationsComplaints } from '../../src/gate/index.ts'
import { copyOfTree } from '../support/copy.ts'
import { runTool } from '../support/tools.ts'

const PROD = 'operations/clusters/prod'

interface Built {
  readonly kind: string
  readonly metadata: { readonly namespace?: string }
  readonly spec?: unknown
}

interface Release {
  readonly values: {
    readonly alertmanager: { readonly networkPolicy: { readonly additionalIngress: unknown[] } }
  }
}

const build = async (root: string, folder: string): Promise<Built[]> => {
  const { stdout, stderr, code } = await runTool('kustomize', ['build', join(root, folder)])
  expect(code, stderr).toBe(0)
  return parseAllDocuments(stdout).map((document) => document.toJS() as Built)
}

it('has two Prometheus and three Alertmanagers once high availability is switched on', async () => {
  const { root, write } = copyOfTree()
  write(
    `${PROD}/monitoring/releases/kustomization.yaml`,
    `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [prometheus-community.yaml, kube-prometheus-stack.yaml]
components: [../high-availability]
`,
  )
  const objects = await build(root, `${PROD}/monitoring/releases`)
  const release = objects.find(({ kind }) => kind === 'HelmRelease')
  expect(release).toMatchObject({
    spec: {
      values: {
        prometheus: { prometheusSpec: { replicas: 2, scrapeInterval: '30s', remoteWrite: [{}] } },
        alertmanager: { alertmanagerSpec: { replicas: 3 }, tplConfig: false },
      },
    },
  })
  expect(
    (release?.spec as Release | undefined)?.values.alertmanager.networkPolicy.additionalIngress,
    'Alertmanagers cannot gossip',
  ).toContainEqual({
    from: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'alertmanager' } } }],
    ports: [
      { port: 9094, protocol: 'TCP' },
      { port: 9094, protocol: 'UDP' },
    ],
  })
})

it('lets production join with its own namespace and env, and brings no second set of rules', async () => {
  const objects = await build(copyOfTree().root, `${PROD}/production`)
  const spaces = objects
    .filter(({ kind }) => kind !== 'Namespace')
    .map((one) => one.metadata.namespace)
  expect(new Set(spaces)).toEqual(new Set(['production']))
  expect(objects.filter(({ kind }) => kind === 'PrometheusRule')).toEqual([])
  const monitors = objects.filter(({ kind }) => kind === 'ServiceMonitor')
  expect(monitors).toHaveLength(2)
  for (const monitor of monitors)
    expect(monitor).toMatchObject({
      spec: {
        endpoints: [
          { honorLabels: true, relabelings: [{ targetLabel: 'env', replacement: 'production' }] },
        ],
      },
    })
})

it('gives production a release of its own', async () => {
  const { root, change } = copyOfTree()
  change(`${PROD}/production/kustomization.yaml`, 'newTag: 1.0.0', 'newTag: 0.9.0')
  const images = async (folder: string) =>
    [
      ...JSON.stringify(await build(root, folder)).matchAll(/"image":"[^"]*\/backend:([^"]*)"/g),
    ].map(([, tag]) => tag)
  expect(await images(`${PROD}/production`)).toEqual(['0.9.0', '0.9.0'])
  expect(await images(`${PROD}/stage/apps`)).toEqual(['1.0.0', '1.0.0'])
})

/** Does what docs/guides/alerting.md says, up to what it says about the rules. */
const switchOn = ({ read, write, change }: ReturnType<typeof copyOfTree>) => {
  const [, steps = ''] = read('docs/guides/alerting.md').split('## Add a second environment')
  const [object = '', wait = ''] = [...steps.matchAll(/```yaml\n([\s\S]*?)```/g)].map(
    ([, block = '']) => block.replace(/^ {3}/gm, ''),
  )
  write(`${PROD}/sync/production.yaml`, object)
  change(`${PROD}/kustomization.yaml`, /$/, '  - sync/production.yaml\n')
  const rules = `${PROD}/stage/monitoring/platform-rules.yaml`
  const [watched = ''] = / {8}- alert: ApiDown[\s\S]*?(?= {8}- alert)/.exec(read(rules)) ?? []
  // What `production` in `environments` adds to the generated rules.
  change(rules, watched, watched + watched.replaceAll('stage', 'production'))
  return { wait: wait.replace(/^(?=.)/gm, '    ') }
}

it('lets production join in the way that docs/guides/alerting.md describes', async () => {
  const tree = copyOfTree()
  const { wait } = switchOn(tree)
  const last = / {2}sourceRef:\n.*\n.*\n {2}path: .*stage\/monitoring/
  tree.change(
    `${PROD}/sync/stage.yaml`,
    last,
    `${wait}${last.exec(tree.read(`${PROD}/sync/stage.yaml`))}`,
  )
  expect(await operationsComplaints(tree.root, runTool)).toEqual([])
}, 60_000)

it('lets no production join that the rules would report while it starts', async () => {
  const tree = copyOfTree()
  switchOn(tree)
  expect(await operationsComplaints(tree.root, runTool)).toEqual([
    expect.stringMatching(/stage.yaml: .* stage-monitoring .* add dependsOn: production/),
  ])
}, 60_000)
