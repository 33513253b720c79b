import { catalogue } from '@verifluence/api/catalogue'
import { limits } from '../../limits.ts'
import { API, HOUR } from '../common.ts'
import { type Battery, firing, silent, type Timeline } from '../scenario.ts'
import { exported, presence } from '../world.ts'

const { waiting } = limits

const oldest = (
  table: string,
  at: (second: number) => number | undefined,
  process = API,
): Timeline[] => [
  ...presence(process),
  exported(process, catalogue.domainOldestPending.name, { table }, at),
]

const waits = (alert: string, table: keyof typeof waiting): Battery => {
  const limit = waiting[table]
  const since = 60
  const due = since + limit
  const answered = due + 900
  const label = { env: 'stage', table, severity: 'warning' }
  const other = table === 'offers' ? 'session_submissions' : 'offers'
  return {
    name: alert,
    alerts: [alert],
    scenarios: [
      {
        title: `${alert} fires when the oldest has waited beyond the limit, and resolves when answered`,
        lasts: answered + 300,
        timelines: [
          ...oldest(table, (now) => (now < answered ? since : undefined), {
            kind: 'api',
            pod: 'a',
          }),
          ...oldest(table, (now) => (now < answered ? since : undefined), {
            kind: 'api',
            pod: 'b',
            lost: [[due + 300, due + 360]],
          }),
          // What waits in the other table has a limit of its own.
          exported(API, catalogue.domainOldestPending.name, { table: other }, () => 1),
        ],
        checks: [
          silent(due, alert),
          silent(due + 60, alert),
          firing(due + 120, alert, label),
          firing(due + 330, alert, label),
          silent(answered + 150, alert),
        ],
      },
      {
        title: `${alert} says nothing when nothing waits`,
        lasts: HOUR,
        timelines: presence(API),
        quiet: true,
      },
    ],
  }
}

export const waitingBatteries: readonly Battery[] = [
  waits('OfferWaiting', 'offers'),
  waits('SubmissionWaiting', 'session_submissions'),
]
