import { type Catalogue, type LabelSet, type SelfMetrics, selfMetrics } from './catalogue/index.ts'
import { lintConstantLabels } from './catalogue/lint.ts'
import { type Clock, systemClock } from './clock.ts'
import {
  type ClientRegistry,
  createCollectors,
  createDeadline,
  createExposition,
  createGatherer,
  type Failure,
  joinRegistry,
} from './exposition/index.ts'
import { type Log, silent } from './log.ts'
import { createRecording, type Family, type MetricsOf } from './recording/index.ts'
import {
  answerScrape,
  type ListenOptions,
  listen,
  type MetricsServer,
  metricsHandler,
  type ScrapeAnswer,
  type ScrapeHeaders,
} from './server/index.ts'

export interface SideportOptions<C extends Catalogue, Exporter extends string> {
  /**
   * What is measured. Spread `selfMetrics(exportedBy, prefix)` into it to choose the names by which
   * the exposition reports on itself; without it they begin with `sideport_`.
   */
  readonly catalogue: C
  /** Which of the catalogue's exporters this process is; it has the handles of those metrics only. */
  readonly exporter: Exporter
  /** A prom-client `Registry`; what others register in it is exposed as well. */
  readonly registry: ClientRegistry
  /** Labels that every series carries, foreign ones included. Default: none. */
  readonly labels?: LabelSet
  /** Characters of a label value; longer ones are cut and counted. Default 1,024. */
  readonly maxLabelLength?: number
  /** Default: the machine's clocks. */
  readonly clock?: Clock
  /** Receives a warning for each failed or late collector. Default: none; failures are counted in any case. */
  readonly log?: Log
}

/** The metrics of one process and the ways to read them. */
export interface Sideport<C extends Catalogue, Exporter extends string> {
  /** The handles to record with, under the keys of the catalogue. */
  readonly metrics: MetricsOf<C, Exporter>
  readonly clock: Clock
  /**
   * Has `run` bring the metrics named by `keys` up to date on every scrape. When it throws, or is
   * late for the scraper's timeout, they are left out of that scrape and nothing else is; it is
   * never started again while it still runs.
   *
   * @example collect('db_pool', ['dbPoolWaiting'], () => metrics.dbPoolWaiting.set(pool.waitingCount))
   */
  collect(
    name: string,
    keys: readonly (string & keyof MetricsOf<C, Exporter>)[],
    run: (signal: AbortSignal) => unknown,
  ): void
  /** Answers one scrape, for those who bring their own server. Never rejects. */
  scrape(headers?: ScrapeHeaders): Promise<ScrapeAnswer>
  /** Opens the side port: `GET /metrics` and nothing else. */
  listen(options: ListenOptions): Promise<MetricsServer>
}

/** Keys that belong to the kit must not be taken by another metric. */
type WithoutForeignSelfMetrics = { readonly [Key in keyof SelfMetrics]?: SelfMetrics[Key] }

/** Short enough for any use, long enough for the names of metrics. */
const LEAST_LABEL_LENGTH = 64

/** How long prom-client's own `metrics()` waits for a collector, in seconds. */
const REGISTRY_PATIENCE = 5

/**
 * Creates the metrics of one process: handles to record with, registered in a prom-client registry,
 * and a port to scrape.
 *
 * @throws Error naming every mistake in the catalogue, or the name the registry already has.
 */
export function createSideport<
  const C extends Catalogue & WithoutForeignSelfMetrics,
  const Exporter extends string,
>({
  catalogue,
  exporter,
  registry,
  labels = {},
  maxLabelLength = 1_024,
  clock = systemClock,
  log = silent,
}: SideportOptions<C, Exporter>): Sideport<C, Exporter> {
  if (!(Number.isInteger(maxLabelLength) && maxLabelLength >= LEAST_LABEL_LENGTH)) {
    throw new Error(
      `maxLabelLength is ${String(maxLabelLength)}; it must be a whole number from ${LEAST_LABEL_LENGTH} on.`,
    )
  }
  let isCounting = false
  const countDropped = (metric: string) => {
    // The counter's own label may be what is cut.
    if (isCounting) return
    isCounting = true
    self.seriesDropped.inc({ metric })
    isCounting = false
  }
  const whole = { ...selfMetrics([exporter], 'sideport_'), ...catalogue }
  const { metrics, families } = createRecording(whole, exporter, {
    now: clock.now,
    refused: (metric) => self.valuesRefused.inc({ metric }),
    dropped: countDropped,
    maxLabelLength,
  })
  const self = metrics as unknown as MetricsOf<SelfMetrics, string>
  if (Object.keys(selfMetrics([], '')).some((key) => !families.has(key))) {
    throw new Error(
      `The catalogue's selfMetrics leave out ${exporter}: add it to their exportedBy.`,
    )
  }
  const exporters = new Set(Object.values(catalogue).flatMap(({ exportedBy }) => exportedBy))
  if (exporters.size > 0 && !exporters.has(exporter)) {
    throw new Error(
      `Nothing in the catalogue is exported by ${exporter}; its exporters are ${[...exporters].join(', ')}.`,
    )
  }
  const definitions = [...families.values()].map(({ definition }) => definition)
  const problems = lintConstantLabels(labels, definitions)
  if (problems.length > 0) {
    throw new Error(`The labels of every series have mistakes:\n  ${problems.join('\n  ')}`)
  }
  for (const definition of definitions) {
    self.valuesRefused.with({ metric: definition.name })
    if (definition.labels.length > 0) self.seriesDropped.with({ metric: definition.name })
  }

  const failed = ({ collector, reason, error }: Failure) => {
    self.collectorFailures.inc({ collector, reason })
    log.warn({ collector, reason, err: error }, 'A collector failed; its series are left out')
  }
  const collectors = createCollectors()
  const refresh = async (family: Family) => {
    const deadline = createDeadline(REGISTRY_PATIENCE, clock)
    const fresh = await collectors.refresh(family, deadline, failed)
    deadline.clear()
    return fresh
  }
  const joined = joinRegistry(registry, [...families.values()], labels, refresh)
  const exposition = createExposition(
    createGatherer(joined, collectors, failed),
    collectors.isNested,
    labels,
    clock,
  )

  const scrape = async (headers: ScrapeHeaders = {}) => {
    const start = clock.elapsed()
    const answer = await answerScrape(exposition, headers, (lines) => {
      self.scrapeDuration.observe(clock.elapsed() - start)
      self.seriesExported.set(lines)
    })
    self.scrapes.inc({ code: `${answer.status}` })
    return answer
  }

  return {
    metrics: metrics as unknown as MetricsOf<C, Exporter>,
    clock,
    collect(name, keys, run) {
      const unknown = keys.find((key) => !families.has(key))
      if (unknown !== undefined) {
        throw new Error(
          `The collector ${name} fills ${unknown}, which ${exporter} does not export.`,
        )
      }
      for (const reason of ['error', 'timeout', 'recursion'] as const) {
        self.collectorFailures.with({ collector: name, reason })
      }
      collectors.add({ name, run, families: keys.flatMap((key) => families.get(key) ?? []) })
    },
    scrape,
    listen: (options) => {
      const refused = () => self.scrapes.inc({ code: '503' })
      return listen(metricsHandler(scrape, { ...options, refused }), options)
    },
  }
}
