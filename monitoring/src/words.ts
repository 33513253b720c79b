import { duration } from './promql/time.ts'

/** A share as people write it: 0.75 becomes `75 %`. */
export const percent = (share: number) => `${Number((share * 100).toPrecision(4))} %`

/** A length of time in seconds, whole or not: 0.5 becomes `0.5s`, 7800 becomes `2h10m`. */
export const length = (seconds: number) =>
  Number.isInteger(seconds) && seconds > 0 ? duration(seconds) : `${seconds}s`
