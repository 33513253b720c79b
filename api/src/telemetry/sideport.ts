import type { Logger } from 'pino'
import { Registry } from 'prom-client'
import { createSideport, type Sideport } from 'sideport'
import { catalogue } from './catalogue.ts'

/** The metrics of one of the two processes. */
export type Service<Exporter extends 'api' | 'worker'> = Sideport<typeof catalogue, Exporter>

/** Brings the catalogue to life; every series carries the service's name. */
export function openSideport<const Exporter extends 'api' | 'worker'>(
  service: Exporter,
  log: Logger,
) {
  return createSideport({
    catalogue,
    exporter: service,
    registry: new Registry(),
    labels: { service },
    log,
  })
}
