import type { Arrival, Drill, Fault } from '../drill.ts'
import type { Outcome, Told } from '../outcome.ts'
import { tryRunbook } from '../runbook.ts'
import type { Site } from '../site/site.ts'
import { isSaidToBeOver, waitFor, waitForEnd } from './wait.ts'

export interface Telling {
  readonly stage: string
  readonly say: (line: string) => void
}

/** Causes one failure, waits for what must arrive, mends, and waits until it is told to be over. */
export async function runDrill<On extends Site>(
  site: On,
  drill: Drill<On>,
  { stage, say }: Telling,
): Promise<Outcome> {
  const { name, failure, does, arrives, arrivesAfterMend = [] } = drill
  const problems: string[] = []
  const tell = (line: string) => say(`${name}: ${line}`)
  const expect = async (arrival: Arrival, from: Date, begun: Date) => {
    const told = await waitFor(site, arrival, from, begun)
    tell(describe(told))
    problems.push(...lateness(told))
    return told
  }

  const begun = new Date()
  tell(does)
  const fault = await drill.cause(site)
  const told = await Promise.all(
    arrives.map((arrival) => expect(arrival, sinceOf(fault, arrival) ?? begun, begun)),
  )
  problems.push(...(await triedRunbooks(site, drill)))
  await drill.verify?.(site).catch((error: Error) => problems.push(error.message))
  for (const arrival of arrives) {
    if (await isSaidToBeOver(site, arrival, begun)) {
      problems.push(`${arrival.alert} was told to be over while the fault lasted`)
    }
  }

  const mended = new Date()
  await fault.mend()
  tell('mended')
  const later = await Promise.all(
    arrivesAfterMend.map((arrival) => expect(arrival, mended, mended)),
  )
  const ends = await Promise.all(
    told.map(async ({ arrival, notice }) => {
      if (notice === undefined) return 0
      const seconds = await waitForEnd(site, arrival, mended, drill.resolvedWithin)
      if (seconds !== undefined) return seconds
      problems.push(
        `${arrival.alert} was not told to be over ${drill.resolvedWithin} s after the mend`,
      )
      return 0
    }),
  )
  const resolvedAfter = Math.max(0, ...ends)
  tell(problems.length === 0 ? `held; over after ${resolvedAfter} s` : problems.join('; '))
  return { name, failure, does, stage, told: [...told, ...later], resolvedAfter, problems }
}

/** While it lasts, each runbook's first command must show what the page says. */
async function triedRunbooks({ prometheus }: Site, { arrives, hasRunbook = true }: Drill<never>) {
  const alerts = arrives.filter(({ way }) => hasRunbook && way !== 'outside')
  const complaints = await Promise.all(alerts.map((arrival) => tryRunbook(arrival, prometheus.url)))
  return complaints.filter((complaint) => complaint !== undefined)
}

const sinceOf = ({ since }: Fault, { alert }: Arrival): Date | undefined =>
  since instanceof Date ? since : since?.get(alert)

const describe = ({ arrival, after }: Told) =>
  after === undefined
    ? `nobody was told of ${arrival.alert}`
    : `told of ${arrival.alert} after ${after} s, limit ${arrival.within} s`

function lateness({ arrival, after }: Told): string[] {
  if (after === undefined) return [`${arrival.alert} never arrived`]
  if (after <= arrival.within) return []
  return [`${arrival.alert} arrived ${after - arrival.within} s too late`]
}
