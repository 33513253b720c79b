import { setTimeout as pause } from 'node:timers/promises'
import type { Arrival } from '../drill.ts'
import { allNotices, type Notice } from '../notices.ts'
import type { Told } from '../outcome.ts'
import type { Site } from '../site/site.ts'

/** How long after its limit something is still waited for: late says more than never. */
const OVERTIME_SECONDS = 120

/** Waits until somebody is told of the arrival, or long enough after its limit. */
export async function waitFor(
  site: Site,
  arrival: Arrival,
  from: Date,
  after: Date,
): Promise<Told> {
  const deadline = from.getTime() + (arrival.within + OVERTIME_SECONDS) * 1000
  const isAbout = ({ text, isOver, ...notice }: Notice) =>
    isOf(arrival, notice, after) &&
    !isOver &&
    (arrival.says ?? []).every((part) => text.includes(part))
  const notice = await firstNotice(site, isAbout, deadline)
  return notice === undefined
    ? { arrival }
    : { arrival, notice, after: secondsBetween(from, notice.at) }
}

/** Waits until somebody is told that it is over. Returns the seconds from the mend. */
export async function waitForEnd(
  site: Site,
  arrival: Arrival,
  mended: Date,
  withinSeconds: number,
): Promise<number | undefined> {
  const deadline = mended.getTime() + withinSeconds * 1000
  const isEnd = (notice: Notice) => isOf(arrival, notice, mended) && notice.isOver
  const notice = await firstNotice(site, isEnd, deadline)
  return notice && secondsBetween(mended, notice.at)
}

/** Whether anybody was told since `after` that it is over. */
export async function isSaidToBeOver(site: Site, arrival: Arrival, after: Date): Promise<boolean> {
  const notices = await allNotices(site.fakes)
  return notices.some((notice) => isOf(arrival, notice, after) && notice.isOver)
}

const isOf = (
  { alert, way = 'telegram' }: Arrival,
  notice: Pick<Notice, 'alert' | 'way' | 'at'>,
  after: Date,
) => notice.alert === alert && notice.way === way && notice.at >= after

/** The first notice that fits; none when the deadline passes or the site goes down. */
async function firstNotice(
  site: Site,
  fits: (notice: Notice) => boolean,
  deadline: number,
): Promise<Notice | undefined> {
  while (!site.ending.aborted && Date.now() < deadline) {
    const found = (await allNotices(site.fakes)).find(fits)
    if (found !== undefined) return found
    await pause(1_000, undefined, { signal: site.ending }).catch(() => {})
  }
  return undefined
}

const secondsBetween = (from: Date, to: Date) => Math.round((to.getTime() - from.getTime()) / 1000)
