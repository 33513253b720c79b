import type { Catalogue } from '../../catalogue/index.ts'
import type { Clock } from '../../clock.ts'
import type { MetricsOf } from '../../recording/index.ts'

/** What a part of the runtime metrics needs of a `Sideport`. */
export interface RuntimeHost<C extends Catalogue> {
  readonly metrics: MetricsOf<C, string>
  readonly clock: Clock
  collect(
    name: string,
    keys: readonly (string & keyof MetricsOf<C, string>)[],
    run: () => unknown,
  ): void
}

/** Starts to fill one part of the runtime metrics. Answers with the way to stop. */
export type Part<C extends Catalogue> = (host: RuntimeHost<C>) => () => void

/** For parts that only answer scrapes: there is nothing to stop. */
export const nothingToStop = () => {}
