import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { alerts } from '@verifluence/monitoring'
import { expect, test } from 'vitest'
import {
  type Cluster,
  findings,
  HEARD,
  KUSTOMIZATIONS,
  RELOADED,
  SECRETS,
} from '../../src/deployed/checks.ts'

/** Recorded from Prometheus 3.5.3 of the local system, reduced to the fields that are read. */
const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, 'prometheus-answers.json'), 'utf8'),
)

const ready = { conditions: [{ type: 'Ready', status: 'True' }] }
const list = (items: readonly object[]) => ({ items })

/** What kubectl and Prometheus answer after a deploy that went well. */
function wellDeployed() {
  const loaded = new Set<string>(
    recorded.rules.groups.flatMap(({ rules }: { rules: { name: string }[] }) =>
      rules.map(({ name }) => name),
    ),
  )
  const newer = alerts
    .filter(({ name }) => !loaded.has(name))
    .map(({ name }) => ({ name, type: 'alerting', health: 'ok' }))
  return {
    kustomizations: list(KUSTOMIZATIONS.map((name) => ({ metadata: { name }, status: ready }))),
    helmreleases: list([{ metadata: { name: 'kube-prometheus-stack' }, status: ready }]),
    secrets: list(
      SECRETS.map(({ name, keys }) => ({
        metadata: { name },
        data: Object.fromEntries(keys.map((key) => [key, 'eA=='])),
      })),
    ),
    deployments: list(
      [['api', 2] as const, ['worker', 1] as const].map(([name, replicas]) => ({
        metadata: { name, generation: 3 },
        spec: { replicas },
        status: { availableReplicas: replicas, updatedReplicas: replicas, observedGeneration: 3 },
      })),
    ),
    configmaps: list(
      ['api', 'worker', 'webhooks', 'slo'].map((name) => ({
        metadata: { name: `verifluence-${name}` },
      })),
    ),
    ...structuredClone(recorded),
    rules: { groups: [...structuredClone(recorded.rules.groups), { rules: newer }] },
  }
}

type Answers = ReturnType<typeof wellDeployed>

const cluster = (answers: Answers): Cluster => ({
  get: async (kind = '') => answers[kind.split('.')[0] ?? ''],
  prometheus: async (path) => {
    const [resource = '', search] = path.split('?')
    if (resource !== 'query') return answers[resource]
    return answers.queries[new URLSearchParams(search).get('query') ?? '']
  },
})

async function problemsOf(answers: Answers): Promise<string[]> {
  const problems: string[] = []
  for await (const finding of findings(cluster(answers))) problems.push(...finding.problems)
  return problems
}

test('finds nothing wrong with a cluster that is deployed well', async () => {
  expect(await problemsOf(wellDeployed())).toEqual([])
})

const value = (number: string) => ({ result: [{ value: [0, number] }] })
const faults: readonly [string, (answers: Answers) => void, RegExp][] = [
  [
    'a Kustomization that is not ready',
    (a) => {
      a.kustomizations.items[1].status = {
        conditions: [{ type: 'Ready', status: 'False', message: 'timeout' }],
      }
    },
    /monitoring-releases is not ready: timeout/,
  ],
  [
    'a Kustomization that does not exist',
    (a) => {
      a.kustomizations.items.pop()
    },
    /no Flux Kustomization stage-monitoring/,
  ],
  [
    'a release that failed',
    (a) => {
      a.helmreleases.items[0].status = {
        conditions: [{ type: 'Ready', status: 'False', message: 'upgrade failed' }],
      }
    },
    /kube-prometheus-stack is not ready: upgrade failed/,
  ],
  [
    'a missing release',
    (a) => {
      a.helmreleases.items = []
    },
    /no HelmRelease in monitoring/,
  ],
  [
    'a missing Secret',
    (a) => {
      a.secrets.items.shift()
    },
    /no Secret monitoring\/telegram-bot/,
  ],
  [
    'a Secret under another key',
    (a) => {
      a.secrets.items[0].data = { bot: 'eA==' }
    },
    /telegram-bot has no key token/,
  ],
  [
    'an empty Secret',
    (a) => {
      a.secrets.items[1].data.url = ''
    },
    /alertmanager-heartbeat has no key url/,
  ],
  [
    'pods that are not available',
    (a) => {
      a.deployments.items[0].status.availableReplicas = 1
    },
    /stage\/api has 1 of 2 pods available/,
  ],
  [
    'a rollout that has not begun',
    (a) => {
      a.deployments.items[1].status.observedGeneration = 2
    },
    /stage\/worker has/,
  ],
  [
    'a target that is down',
    (a) => {
      a.targets.activeTargets[2].health = 'down'
      a.targets.activeTargets[2].lastError = 'connection refused'
    },
    /of api-metrics is not up: connection refused/,
  ],
  [
    'a job without targets',
    (a) => {
      a.targets.activeTargets.pop()
    },
    /no target has job="worker-metrics"/,
  ],
  [
    'targets without the environment',
    (a) => {
      a.targets.activeTargets[3].labels.env = undefined
    },
    /no target has job="worker-metrics" and env="stage"/,
  ],
  [
    'rules that are not loaded',
    (a) => {
      a.rules.groups = []
    },
    /the alert ApiDown is not loaded/,
  ],
  [
    'a rule that cannot be evaluated',
    (a) => {
      a.rules.groups[0].rules[0].health = 'err'
    },
    /cannot be evaluated/,
  ],
  [
    'a configuration that Prometheus refused',
    (a) => {
      a.queries[RELOADED[0]?.query ?? ''] = value('0')
    },
    /prometheus could not load/,
  ],
  [
    'a configuration that Alertmanager refused',
    (a) => {
      a.queries[RELOADED[1]?.query ?? ''] = value('0')
    },
    /alertmanager could not load/,
  ],
  [
    'an Alertmanager that is not scraped',
    (a) => {
      a.queries[RELOADED[1]?.query ?? ''] = { result: [] }
    },
    /no series/,
  ],
  [
    'a Prometheus without Alertmanager',
    (a) => {
      a.alertmanagers.activeAlertmanagers = []
    },
    /knows no Alertmanager/,
  ],
  [
    'a Watchdog that does not fire',
    (a) => {
      a.queries[HEARD[0]?.query ?? ''] = { result: [] }
    },
    /Watchdog does not fire/,
  ],
  [
    'a heartbeat that is not sent',
    (a) => {
      a.queries[HEARD[1]?.query ?? ''] = value('0')
    },
    /has not called the heartbeat service/,
  ],
  [
    'notifications that fail',
    (a) => {
      a.queries[HEARD[2]?.query ?? ''] = value('2')
    },
    /failed to deliver/,
  ],
  [
    'a missing dashboard',
    (a) => {
      a.configmaps.items.pop()
    },
    /no ConfigMap verifluence-slo/,
  ],
]

test.each(faults)('reports %s', async (_, harm, says) => {
  const answers = wellDeployed()
  harm(answers)
  expect((await problemsOf(answers)).join('\n')).toMatch(says)
})

test('reports a question that the cluster does not answer, and goes on', async () => {
  const refusing: Cluster = {
    ...cluster(wellDeployed()),
    prometheus: async () => {
      throw new Error('Prometheus answers 503')
    },
  }
  const broken: string[] = []
  for await (const { check, problems } of findings(refusing))
    if (problems.length > 0) broken.push(check)
  expect(broken).toEqual([
    'Prometheus scrapes api and worker',
    'every alert is loaded and evaluates',
    'the last configuration is loaded',
    'Prometheus sends to Alertmanager',
    'the heartbeat is sent outside',
  ])
})
