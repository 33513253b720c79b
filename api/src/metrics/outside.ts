import { recordFetch } from 'sideport'
import type { EXTERNAL_OPERATIONS } from '../catalogue/values.ts'
import type { OutsideFetch } from '../clients/worker-clients.ts'
import type { Service } from './service.ts'

type Operation<Target extends keyof typeof EXTERNAL_OPERATIONS> =
  (typeof EXTERNAL_OPERATIONS)[Target][number]

/** The `fetch` of each outside service: every attempt is counted, whoever makes it. */
export const recordOutside = ({ metrics }: Service<'api'> | Service<'worker'>): OutsideFetch => {
  const outbound = { attempts: metrics.externalHttp, duration: metrics.externalHttpDuration }
  return {
    kick: recordFetch<'kick', Operation<'kick'>>({ target: 'kick', metrics: outbound }),
    kick_oauth: recordFetch<'kick_oauth', Operation<'kick_oauth'>>({
      target: 'kick_oauth',
      metrics: outbound,
    }),
    x: recordFetch<'x', Operation<'x'>>({ target: 'x', metrics: outbound }),
    s3: recordFetch<'s3', Operation<'s3'>>({ target: 's3', metrics: outbound }),
    resend: recordFetch<'resend', Operation<'resend'>>({ target: 'resend', metrics: outbound }),
  }
}
