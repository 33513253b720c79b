import { recordFetch } from 'sideport'
import type { OutsideFetch } from '../clients/worker-clients.ts'
import type { Service } from './service.ts'

/** The `fetch` of each outside service: every attempt is counted, whoever makes it. */
export const recordOutside = ({ metrics }: Service<'api'> | Service<'worker'>): OutsideFetch => {
  const outbound = { attempts: metrics.externalHttp, duration: metrics.externalHttpDuration }
  return {
    kick: recordFetch({ target: 'kick', metrics: outbound }),
    kick_oauth: recordFetch({ target: 'kick_oauth', metrics: outbound }),
    x: recordFetch({ target: 'x', metrics: outbound }),
    s3: recordFetch({ target: 's3', metrics: outbound }),
    resend: recordFetch({ target: 'resend', metrics: outbound }),
  }
}
