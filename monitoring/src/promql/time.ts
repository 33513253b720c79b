const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const

/**
 * Seconds as Prometheus writes a duration: 7800 becomes `2h10m`.
 *
 * @throws Error when it is no whole, positive number of seconds.
 */
export const duration = (seconds: number): string => {
  if (!Number.isInteger(seconds) || seconds <= 0)
    throw new Error(`${seconds} is no duration: give a whole, positive number of seconds.`)
  let rest = seconds
  return UNITS.map(([letter, size]) => {
    const whole = Math.floor(rest / size)
    rest -= whole * size
    return whole > 0 ? `${whole}${letter}` : ''
  }).join('')
}

/** Whether it reads as `duration` writes. */
export const isDuration = (written: unknown): written is string =>
  typeof written === 'string' && /^(\d+[dhms])+$/.test(written)

/** What `duration` wrote, in seconds again. */
export const seconds = (written: string): number =>
  UNITS.reduce((sum, [letter, size]) => {
    const found = new RegExp(`(\\d+)${letter}`).exec(written)
    return sum + Number(found?.[1] ?? 0) * size
  }, 0)

/** A share as people write it: 0.75 becomes `75 %`. */
export const percent = (share: number) => `${Number((share * 100).toPrecision(4))} %`

/** A length of time in seconds, whole or not: 0.5 becomes `0.5s`, 7800 becomes `2h10m`. */
export const length = (seconds: number) =>
  Number.isInteger(seconds) && seconds > 0 ? duration(seconds) : `${seconds}s`
