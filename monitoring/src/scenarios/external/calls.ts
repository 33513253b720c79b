import { catalogue } from '@verifluence/api/catalogue'
import { during, HOUR, WORKER } from '../common.ts'
import type { Timeline } from '../scenario.ts'
import { counting, type Process, presence } from '../world.ts'

/** Calls answered with `code` at the scrapes for which `happens` says how many. */
export const calls = (
  target: string,
  operation: string,
  code: string,
  happens: (second: number) => number,
  process: Process = WORKER,
): Timeline =>
  counting(process, catalogue.externalHttp.name, { target, operation, status_code: code }, happens)

export const minutely = (second: number) => (second % 60 === 0 ? 1 : 0)
export const hourly = (second: number) => (second % HOUR === 900 ? 1 : 0)

/** The viewer poll: one call a minute, `attempts` of them answered `code` while the fault lasts. */
export const poll = (
  code: string,
  fault: readonly [number, number],
  attempts: number,
  process = WORKER,
) => {
  const ill = during(...fault)
  return [
    ...presence(process),
    calls('kick', 'channels', '200', (at) => (ill(at) ? 0 : minutely(at)), process),
    calls('kick', 'channels', code, (at) => (ill(at) ? attempts * minutely(at) : 0), process),
    // Hourly callers of the same target that go on working must not dilute the verdict.
    calls('kick', 'subscriptions_list', '200', hourly, process),
    calls('kick', 'subscriptions_list', '401', () => 0, process),
  ]
}
