import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Channel, Expected, Fault } from '@verifluence/console'
import { PROJECT } from '@verifluence/testkit'
import type { Arrival, Drill, Way } from './drill.ts'
import { lastMileDrills } from './faults/last-mile.ts'
import { monitoringStages, wholeStages } from './program.ts'
import type { Site, WholeSite } from './site/site.ts'

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

const CHANNELS: Readonly<Record<Way, Channel>> = {
  telegram: 'telegram',
  fallback: 'fallback',
  outside: 'heartbeat',
}

/**
 * The drills as faults that the console causes on a running system. Those in which nothing may arrive are
 * left out: there is nothing to watch.
 */
export function drillsAsFaults(site: WholeSite): Fault[] {
  const recorded = recordedSeconds()
  const whole = wholeStages.flatMap(({ name, acts }) =>
    acts.flatMap((act, index) => act.map((drill) => ({ drill, group: `${name} ${index}` }))),
  )
  const monitoring = monitoringStages.flatMap(({ name, acts }) =>
    acts.flat().map((drill) => ({ drill: withSomethingToReport(drill), group: name })),
  )
  return [...whole, ...monitoring]
    .filter(({ drill }) => drill.arrives.length > 0)
    .map(({ drill, group }) => faultOf(drill, group, site, recorded))
    .sort((a, b) => placeOf(a.theme) - placeOf(b.theme))
}

const placeOf = (theme: string): number => {
  const at = THEMES.findIndex(([name]) => name === theme)
  return at < 0 ? THEMES.length : at
}

function faultOf(
  { name, does, cause, arrives, arrivesAfterMend = [], resolvedWithin }: Drill<WholeSite>,
  group: string,
  site: WholeSite,
  recorded: ReadonlyMap<string, number>,
): Fault {
  const expected = (
    { alert, way = 'telegram', within }: Arrival,
    afterRepair: boolean,
  ): Expected => {
    const seconds = recorded.get(`${name} ${alert}`)
    return {
      alert,
      channel: CHANNELS[way],
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
      ...arrives.map((arrival) => expected(arrival, false)),
      ...arrivesAfterMend.map((arrival) => expected(arrival, true)),
    ],
    resolvedWithin,
    cause: async () => {
      const { since, mend } = await cause(site)
      return { ...(since && { since }), repair: mend }
    },
  }
}

const titleOf = (name: string): string => {
  const words = name.replaceAll('-', ' ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

/**
 * A failure on the way to Telegram shows only while there is something to report. Where these drills run
 * otherwise the api and the worker are missing; here both are killed for it.
 */
function withSomethingToReport(drill: Drill<Site>): Drill<WholeSite> {
  if (!lastMileDrills.includes(drill)) return drill
  return {
    ...drill,
    does: `${drill.does}, while the api and the worker are gone`,
    cause: async (site) => {
      const { api, worker } = site.parts
      await Promise.all([api.kill(), worker.kill()])
      const { since, mend } = await drill.cause(site)
      return {
        ...(since && { since }),
        mend: async () => {
          await mend()
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
