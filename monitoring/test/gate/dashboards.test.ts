import { panelId } from '../../src/grafana/links.ts'
import { DASHBOARD, PROD, refusesByReading } from '../support/refusals.ts'

refusesByReading([
  [
    'a panel with a typo in a metric',
    ({ change }) => change(DASHBOARD, 'vf_worker_poll_in_progress{', 'vf_worker_pol_in_progress{'),
    [DASHBOARD, 'panel «Running now»', 'did you mean vf_worker_poll_in_progress?'],
  ],
  [
    'a panel whose query does not parse',
    ({ change }) =>
      change(
        DASHBOARD,
        'sum by (job) (vf_worker_poll_in_progress',
        'sum by job) (vf_worker_poll_in_progress',
      ),
    [DASHBOARD, 'panel «Running now» does not parse'],
  ],
  [
    'a panel without a unit',
    ({ change }) => change(DASHBOARD, /"unit": "none"/, '"unit": ""'),
    [DASHBOARD, 'lacks a unit'],
  ],
  [
    'a panel whose unit does not fit its query',
    ({ change }) => change(DASHBOARD, /"unit": "s"/, '"unit": "bytes"'),
    [DASHBOARD, 'shows as bytes what is measured as seconds'],
  ],
  [
    'a panel that uses a variable without a definition',
    ({ change }) =>
      change(DASHBOARD, 'in_progress{env=~\\"$env', 'in_progress{env=~\\"$environment'),
    [DASHBOARD, 'uses the variable $environment', 'there are datasource, env'],
  ],
  [
    'two panels with one id',
    ({ change }) => change(DASHBOARD, `"id": ${panelId('up')},`, `"id": ${panelId('alerts')},`),
    [DASHBOARD, 'of another one; give it another key'],
  ],
  [
    'a dashboard that is not mounted',
    ({ change }) =>
      change(
        `${PROD}/monitoring/dashboards/kustomization.yaml`,
        '      - verifluence-slo.json\n',
        '',
      ),
    ['verifluence-slo.json is not mounted'],
  ],
  [
    'a dashboard that can be edited in the browser',
    ({ change }) => change(DASHBOARD, '"editable": false', '"editable": true'),
    [DASHBOARD, 'can be edited in the browser'],
  ],
])
