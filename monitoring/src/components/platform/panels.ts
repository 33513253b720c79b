import { inEnv } from '../../grafana/query.ts'
import type { RowSpec } from '../../grafana/spec.ts'
import { select } from '../../promql/series.ts'
import { limits } from './alerts.ts'

const IN_THE_CLUSTER = 'the blackbox exporter runs in the cluster only'

/** The platform as the blackbox exporter sees it from outside. */
export const outside: RowSpec = {
  title: 'From outside',
  panels: [
    {
      key: 'public-address',
      title: 'Public address answers',
      description: '1 while a probe through the public address succeeds.',
      kind: 'lines',
      unit: 'none',
      width: 12,
      limit: 1,
      badBelow: true,
      alert: 'PublicAddressDown',
      mayBeEmpty: IN_THE_CLUSTER,
      queries: [{ expr: `min(${select('probe_success', inEnv())})`, legend: 'answers' }],
    },
    {
      key: 'public-certificate',
      title: 'Certificate of the public address',
      description: 'Time until the certificate expires.',
      kind: 'lines',
      unit: 's',
      width: 12,
      limit: limits.certificate.remaining,
      badBelow: true,
      alert: 'PublicCertificateExpiring',
      mayBeEmpty: IN_THE_CLUSTER,
      queries: [
        {
          expr: `min(${select('probe_ssl_earliest_cert_expiry', inEnv())}) - time()`,
          legend: 'left',
        },
      ],
    },
  ],
}
