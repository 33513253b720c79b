import { join } from 'node:path'
import { type Console, startConsole } from '@verifluence/console'
import type { Manifest, Stack } from '@verifluence/local'
import { drillsAsFaults } from '../drill/as-faults.ts'
import { asSystem } from '../drill/environment/system.ts'

/**
 * The console over a running stack, with the drills as faults. Over an existing database no fault is
 * offered: the drills write into it.
 */
export function openConsole(stack: Stack, manifests: readonly Manifest[]): Promise<Console> {
  return startConsole({
    port: stack.ports.console,
    prometheus: stack.prometheus.url,
    alertmanager: stack.alertmanager.url,
    fakes: stack.fakes.url,
    hasMessages: stack.telegram === undefined,
    faults: stack.services.postgres ? drillsAsFaults(asSystem(stack, manifests)) : [],
    logs: join(stack.folder, 'logs'),
    canSilence: true,
  })
}
