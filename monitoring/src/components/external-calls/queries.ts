import { names, type Theme } from '../query.ts'

const { externalHttp, externalHttpDuration } = names

/** Calls to Kick, X, the storage and the e-mail provider, by both processes. */
export const outside = {
  name: 'outside',
  page: 'worker-metrics',
  queries: {
    externalHttp: [
      {
        answers: 'Calls refused with 401 in the last hour, by operation.',
        expr: `sum by (target, operation) (increase(${externalHttp}{status_code="401"}[1h]))`,
      },
      {
        answers: 'Calls a second that failed otherwise, by service and how.',
        expr: `sum by (target, status_code) (rate(${externalHttp}{status_code!~"[23]..|401|404|aborted"}[15m]))`,
      },
    ],
    externalHttpDuration: [
      {
        answers: 'Seconds within which 19 of 20 attempts were answered or had failed, by service.',
        expr: `histogram_quantile(0.95, sum by (target, le) (rate(${externalHttpDuration}_bucket[1h])))`,
      },
    ],
  },
} as const satisfies Theme
