import { setMaxListeners } from 'node:events'
import { join } from 'node:path'
import type { Manifest } from '@verifluence/local'
import { derivedFiles, freePorts, type Stack, startStack } from '@verifluence/local'
import { openDatabase } from './database.ts'
import type { StartOptions, System } from './environment.ts'

const start =
  (traffic: boolean) =>
  async ({ interrupted, ...ground }: StartOptions): Promise<System> =>
    asSystem(
      await startStack({
        ...ground,
        ports: await freePorts(),
        traffic,
        signal: interrupted,
      }),
      ground.manifests,
    )

/**
 * A running stack as an environment for drills.
 *
 * @throws Error when the stack uses an external database
 */
export function asSystem(stack: Stack, manifests: readonly Manifest[]): System {
  const { postgres, fakes, api, worker, prometheus, alertmanager } = stack.services
  if (postgres === undefined) throw new Error('a drill needs a PostgreSQL of its own')
  const ending = new AbortController()
  // Every drill of the group listens to it in several places.
  setMaxListeners(0, ending.signal)
  return {
    ...stack,
    manifests,
    files: derivedFiles(join(stack.folder, 'derived')),
    services: { postgres, fakes, api, worker, prometheus, alertmanager },
    database: openDatabase(stack.databaseUrl),
    ending: ending.signal,
    stop: async () => {
      ending.abort()
      await stack.stop()
    },
  }
}

/** Starts a whole system on free ports, without traffic. */
export const startSystem = start(false)

/** Starts a whole system on free ports, with traffic. */
export const startBusySystem = start(true)
