import { PROD, refusesByPrograms, type Tree } from '../support/refusals.ts'

const SYNC = `${PROD}/sync/stage.yaml`

const applying =
  (folder: string, insteadOf: string) =>
  ({ change }: Tree) =>
    change(SYNC, `./${PROD}/${insteadOf}`, `./${PROD}/${folder}`)

const waitingFor =
  (name: string, insteadOf: string) =>
  ({ change }: Tree) =>
    change(SYNC, `    - name: ${insteadOf}\n`, `    - name: ${name}\n`)

refusesByPrograms([
  [
    'Flux applying rules before their CRDs',
    waitingFor('namespaces', 'monitoring-releases'),
    ['sync/stage.yaml', 'stage-monitoring', 'dependsOn: monitoring-releases'],
  ],
  [
    'Flux not waiting for the CRDs',
    ({ change }) => change(`${PROD}/sync/monitoring.yaml`, '  wait: true\n', ''),
    ['sync/monitoring.yaml', 'monitoring-releases', 'wait: true'],
  ],
  [
    'Flux waiting for what does not exist',
    waitingFor('namespace', 'namespaces'),
    ['sync/stage.yaml', 'stage-apps waits for namespace, which does not exist', 'namespaces'],
  ],
  [
    'Flux applying the ServiceMonitors of an overlay before their CRDs',
    applying('production', 'stage/apps'),
    ['sync/stage.yaml', 'stage-apps holds ServiceMonitor', 'dependsOn: monitoring-releases'],
  ],
  [
    'an overlay that forgets to name its environment',
    ({ change }) =>
      change(`${PROD}/production/kustomization.yaml`, 'kind: ServiceMonitor', 'kind: PodMonitor'),
    [
      'ServiceMonitor production/api-metrics calls its series env="stage"',
      'patch the replacement to production',
    ],
  ],
  [
    'an overlay that calls itself otherwise than its namespace',
    ({ change }) =>
      change(`${PROD}/production/kustomization.yaml`, 'value: production', 'value: prodution'),
    ['ServiceMonitor production/worker-metrics calls its series env="prodution"'],
  ],
  [
    'an environment that is applied and watched by no rule',
    applying('production', 'stage/apps'),
    [
      'no alert would fire if ServiceMonitor production/api-metrics were gone',
      'monitoring/src/places.ts',
    ],
  ],
  [
    'an environment that is watched and not applied',
    applying('stage/apps', 'stage/monitoring'),
    ['monitoring/src/places.ts lists the environment stage', 'fire for ever'],
  ],
  [
    'Flux waiting in a circle',
    waitingFor('stage-monitoring', 'namespaces'),
    ['sync/stage.yaml', 'stage-apps waits for itself', 'dependsOn'],
  ],
  [
    'rules that do not wait for the pods they evaluate',
    ({ change }) => change(SYNC, / {4}- name: stage-apps\n[\s\S]*?(?= {2}source)/, ''),
    [
      'sync/stage.yaml',
      'stage-monitoring brings rules that would report the pods of stage-apps while they start',
      'add dependsOn: stage-apps',
    ],
  ],
  [
    'rules that wait for pods by a misspelt expression',
    ({ change }) => change(SYNC, "c.type == 'Ready'", "c.typ == 'Redy'"),
    ['sync/stage.yaml', 'stage-monitoring', 'readyExpr for stage-apps', "c.type == 'Ready'"],
  ],
  [
    'rules that broken pods keep away',
    ({ change }) => change(SYNC, / {6}readyExpr:[\s\S]*?(?= {2}source)/, ''),
    ['sync/stage.yaml', 'stage-monitoring', 'readyExpr for stage-apps', 'given up'],
  ],
  [
    'pods that count as ready once they are applied',
    ({ change }) => change(SYNC, '  wait: true\n', ''),
    ['sync/stage.yaml', 'stage-apps applies pods', 'wait: true'],
  ],
  [
    'rules applied together with the pods they evaluate',
    applying('stage', 'stage/monitoring'),
    ['sync/stage.yaml', 'stage-monitoring applies rules together with the pods', 'apart'],
  ],
])
