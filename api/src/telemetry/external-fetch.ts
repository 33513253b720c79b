import { recordFetch } from 'sideport'
import type { Service } from './sideport.ts'

/** One recording `fetch` for each operation of each external service. */
export type ExternalFetch = ReturnType<typeof createExternalFetch>

/** Creates the `fetch` of each external service: every attempt is counted, retries included. */
export function createExternalFetch({ metrics }: Service<'api'> | Service<'worker'>) {
  const outbound = { attempts: metrics.externalHttp, duration: metrics.externalHttpDuration }
  return {
    kick: recordFetch({ target: 'kick', metrics: outbound }),
    kick_oauth: recordFetch({ target: 'kick_oauth', metrics: outbound }),
    x: recordFetch({ target: 'x', metrics: outbound }),
    s3: recordFetch({ target: 's3', metrics: outbound }),
    resend: recordFetch({ target: 'resend', metrics: outbound }),
  }
}
