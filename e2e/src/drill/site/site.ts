import type { FakesClient } from '@verifluence/fakes'
import type {
  AlertmanagerClient,
  DerivedFiles,
  Manifest,
  Ports,
  PrometheusClient,
} from '@verifluence/local'
import type { Part } from '@verifluence/testkit'
import type { Database } from './database.ts'

/** What a site is started from. */
export interface Ground {
  readonly folder: string
  readonly manifests: readonly Manifest[]
  /** Divides the waits of rules, routes and scrapes. Default: 1, those of production. */
  readonly speed?: number
  readonly interrupted: AbortSignal
}

/** A running system that drills are done on: here the monitoring and the outside fakes. */
export interface Site {
  readonly ports: Ports
  readonly folder: string
  /** The production manifests its configuration is derived from. */
  readonly manifests: readonly Manifest[]
  readonly files: DerivedFiles
  /** Where links in messages lead; absent where no console runs beside it. */
  readonly consoleUrl?: string
  readonly speed?: number
  readonly parts: { readonly fakes: Part; readonly prometheus: Part; readonly alertmanager: Part }
  readonly fakes: FakesClient
  readonly prometheus: PrometheusClient
  readonly alertmanager: AlertmanagerClient
  /** Aborts when the site is taken down: whatever a drill keeps doing ends then. */
  readonly ending: AbortSignal
  readonly stop: () => Promise<void>
}

/** With the backend and its database. */
export interface WholeSite extends Site {
  readonly parts: Site['parts'] & {
    readonly postgres: Part
    readonly api: Part
    readonly worker: Part
  }
  readonly database: Database
}
