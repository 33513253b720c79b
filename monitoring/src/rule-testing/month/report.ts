import type { Report } from '@verifluence/testkit'
import { markdownTable } from '@verifluence/testkit'
import { groupBy } from './group-by.ts'
import { type Strike, TIMES } from './moments.ts'
import type { Theme } from './theme.ts'

/** A strike, and the seconds until Telegram would have had it; none when nothing fired. */
export interface Found extends Strike {
  readonly after: number | undefined
}

/** An alert that fired in an ordinary month, and the day of the month, from 1 on. */
export interface FalseAlarm {
  readonly alert: string
  readonly day: number
}

export interface Lived {
  readonly theme: Theme
  readonly falseAlarms: readonly FalseAlarm[]
  readonly found: readonly Found[]
}

/** What the month showed: false alarms, and how soon each failure was found. */
export function reportOf(lived: readonly Lived[]): Report {
  const alarms = lived.flatMap(({ falseAlarms }) => falseAlarms)
  const byFailure = groupBy(
    lived.flatMap(({ found }) => found),
    ({ failure }) => failure.name,
  )
  const results = [...byFailure.values()]
    .map(resultOf)
    .sort((one, other) => rank(one) - rank(other))
  return {
    held: alarms.length === 0 && results.every(({ held }) => held),
    lines: [
      `An ordinary month: ${alarms.length} false alarms.`,
      ...alarms.map(({ alert, day }) => `    !! ${alert} on day ${day}`),
      '',
      `Each failure ${TIMES} times in the same month; seconds until Telegram has it:`,
      ...results.map(
        ({ failure, name, alert, found, worst, limit, held }) =>
          `${failure.padEnd(10)} ${name.padEnd(36)} ${alert.padEnd(26)} ${found}/${TIMES}  worst ${worst} s of ${limit} s  ${held ? 'held' : 'NOT HELD'}`,
      ),
    ],
    recorded: [
      `An ordinary month: ${alarms.length} false alarms.`,
      '',
      ...markdownTable(
        ['failure', 'what', 'alert', 'found', 'worst', 'limit', 'held'],
        results.map(({ failure, name, alert, found, worst, limit, held }) => [
          failure,
          name,
          alert,
          `${found} of ${TIMES}`,
          `${worst} s`,
          `${limit} s`,
          held ? 'yes' : 'NO',
        ]),
      ),
    ],
    figures: [
      {
        name: 'month: false alarms',
        value: alarms.length,
        unit: 'alarms',
        limit: 0,
        held: alarms.length === 0,
      },
      ...results.map(({ failure, name, found, worst, limit, held }) => ({
        name: `month: ${failure} ${name}, worst of ${TIMES}`,
        value: worst,
        unit: 's',
        limit,
        held,
        found,
      })),
    ],
  }
}

function resultOf(strikes: readonly Found[]) {
  const times = strikes.flatMap(({ after }) => (after === undefined ? [] : [after]))
  const worst = Math.max(0, ...times)
  const [first] = strikes
  const { failure = '', name = '', alert = '', within: limit = 0 } = first?.failure ?? {}
  const held = times.length === strikes.length && worst <= limit
  return { failure, name, alert, found: times.length, worst, limit, held }
}

const rank = ({ failure }: { failure: string }) => Number(/\d+/.exec(failure)?.[0] ?? 99)
