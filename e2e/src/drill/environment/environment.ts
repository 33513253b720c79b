import type { FakesClient } from '@verifluence/fakes'
import type {
  AlertmanagerClient,
  DerivedFiles,
  Manifest,
  Ports,
  PrometheusClient,
} from '@verifluence/local'
import type { Service } from '@verifluence/testkit'
import type { Database } from './database.ts'

/** How an environment is started. */
export interface StartOptions {
  readonly folder: string
  readonly manifests: readonly Manifest[]
  /** Divides the waits of rules, routes and scrapes. Default: 1, those of production. */
  readonly speed?: number
  readonly interrupted: AbortSignal
}

/** A running environment for drills: Prometheus, Alertmanager and the fakes. */
export interface Monitoring {
  readonly ports: Ports
  readonly folder: string
  /** The production manifests its configuration is derived from. */
  readonly manifests: readonly Manifest[]
  readonly files: DerivedFiles
  /** The target of links in messages; absent without a console. */
  readonly consoleUrl?: string
  readonly speed?: number
  readonly services: {
    readonly fakes: Service
    readonly prometheus: Service
    readonly alertmanager: Service
  }
  readonly fakes: FakesClient
  readonly prometheus: PrometheusClient
  readonly alertmanager: AlertmanagerClient
  /** Aborts when the environment stops; it ends what a drill keeps doing. */
  readonly ending: AbortSignal
  readonly stop: () => Promise<void>
}

/** With the backend and its database. */
export interface System extends Monitoring {
  readonly services: Monitoring['services'] & {
    readonly postgres: Service
    readonly api: Service
    readonly worker: Service
  }
  readonly database: Database
}
