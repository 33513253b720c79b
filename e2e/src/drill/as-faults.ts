import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Expected, Fault } from '@verifluence/console'
import { PROJECT } from '@verifluence/testkit'
import type { Drill, Expectation } from './drill.ts'
import type { Monitoring, System } from './environment/environment.ts'
import { lastMileDrills } from './faults/last-mile.ts'
import { monitoringGroups, systemGroups } from './program.ts'

/** Where a drill stands in the console's list, by how its name begins. */
const THEMES: readonly (readonly [theme: string, names: RegExp])[] = [
  ['Kick', /^(kick|label)-/],
  ['Webhooks', /^webhooks?-/],
  ['Processes', /^(worker|api|crash|event-loop|no-target|stale-and)/],
  ['Database and jobs', /^(postgres|jobs?|poller)-/],
  ['People who wait', /^(offer|submission)-/],
  ['The last mile', /^(telegram|hostile)-/],
  ['The monitoring itself', /-gone$/],
]
const OTHERS = 'Others'

/**
 * The drills as faults that the console causes on a running system. Drills that expect no message are
 * left out.
 */
export function drillsAsFaults(system: System): Fault[] {
  const recorded = recordedSeconds()
  const whole = systemGroups.flatMap(({ name, phases }) =>
    phases.flatMap((phase, index) => phase.map((drill) => ({ drill, group: `${name} ${index}` }))),
  )
  const monitoring = monitoringGroups.flatMap(({ name, phases }) =>
    phases.flat().map((drill) => ({ drill: withSomethingToReport(drill), group: name })),
  )
  return [...whole, ...monitoring]
    .filter(({ drill }) => drill.expects.length > 0)
    .map(({ drill, group }) => failureOf(drill, group, system, recorded))
    .sort((a, b) => placeOf(a.theme) - placeOf(b.theme))
}

const placeOf = (theme: string): number => {
  const at = THEMES.findIndex(([name]) => name === theme)
  return at < 0 ? THEMES.length : at
}

function failureOf(
  { name, does, cause, expects, expectsAfterRecovery = [], resolvedWithin }: Drill<System>,
  group: string,
  system: System,
  recorded: ReadonlyMap<string, number>,
): Fault {
  const expected = (
    { alert, channel = 'telegram', within }: Expectation,
    afterRepair: boolean,
  ): Expected => {
    const seconds = recorded.get(`${name} ${alert}`)
    return {
      alert,
      channel,
      within,
      afterRepair,
      ...(seconds !== undefined && { recorded: seconds }),
    }
  }
  return {
    name,
    title: titleOf(name),
    theme: THEMES.find(([, names]) => names.test(name))?.[0] ?? OTHERS,
    does,
    group,
    expects: [
      ...expects.map((expectation) => expected(expectation, false)),
      ...expectsAfterRecovery.map((expectation) => expected(expectation, true)),
    ],
    resolvedWithin,
    cause: async () => {
      const { since, recover } = await cause(system)
      return { ...(since && { since }), repair: recover }
    },
  }
}

const titleOf = (name: string): string => {
  const words = name.replaceAll('-', ' ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

/**
 * A failure between Alertmanager and Telegram shows only while an alert fires. Where these drills run
 * by themselves the api and the worker are missing; here both are killed for it.
 */
function withSomethingToReport(drill: Drill<Monitoring>): Drill<System> {
  if (!lastMileDrills.includes(drill)) return drill
  return {
    ...drill,
    does: `${drill.does}, while the api and the worker are gone`,
    cause: async (system) => {
      const { api, worker } = system.services
      await Promise.all([api.kill(), worker.kill()])
      const { since, recover } = await drill.cause(system)
      return {
        ...(since && { since }),
        recover: async () => {
          await recover()
          await Promise.all([api.start(), worker.start()])
        },
      }
    },
  }
}

/** The seconds of each drill and alert as last recorded in `docs/reference/drills.md`. */
function recordedSeconds(): Map<string, number> {
  const rows = readFileSync(join(PROJECT, 'docs', 'reference', 'drills.md'), 'utf8').matchAll(
    /^\| [^|]+ \| ([\w-]+) \| (\w+)[^|]* \| (\d+) s \|/gm,
  )
  return new Map([...rows].map(([, name, alert, seconds]) => [`${name} ${alert}`, Number(seconds)]))
}
