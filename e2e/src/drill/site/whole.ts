import { setMaxListeners } from 'node:events'
import { join } from 'node:path'
import type { Manifest } from '@verifluence/local'
import { derivedFiles, freePorts, type Stack, startStack } from '@verifluence/local'
import { openDatabase } from './database.ts'
import type { Ground, WholeSite } from './site.ts'

const start =
  (traffic: boolean) =>
  async ({ interrupted, ...ground }: Ground): Promise<WholeSite> =>
    wholeSite(
      await startStack({
        ...ground,
        ports: await freePorts(),
        traffic,
        signal: interrupted,
      }),
      ground.manifests,
    )

/**
 * A running stack as drills see it.
 *
 * @throws Error where it uses a database that it did not start
 */
export function wholeSite(stack: Stack, manifests: readonly Manifest[]): WholeSite {
  const { postgres, fakes, api, worker, prometheus, alertmanager } = stack.parts
  if (postgres === undefined) throw new Error('a drill needs a PostgreSQL of its own')
  const ending = new AbortController()
  // Every drill of the stage waits on it in several places.
  setMaxListeners(0, ending.signal)
  return {
    ...stack,
    manifests,
    files: derivedFiles(join(stack.folder, 'derived')),
    parts: { postgres, fakes, api, worker, prometheus, alertmanager },
    database: openDatabase(stack.databaseUrl),
    ending: ending.signal,
    stop: async () => {
      ending.abort()
      await stack.stop()
    },
  }
}

/** A whole system on free ports, beside others: a quiet night until a drill does something. */
export const startWhole = start(false)

/** The same with people and streams. */
export const startInhabited = start(true)
