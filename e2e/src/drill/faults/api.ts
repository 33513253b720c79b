import { setTimeout as pause } from 'node:timers/promises'
import type { Drill } from '../drill.ts'
import { MINUTE } from '../drill.ts'
import type { System } from '../environment/environment.ts'
import { visit } from '../environment/fixtures.ts'
import { keepDoing } from '../keep-doing.ts'

export const apiSlow: Drill<System> = {
  name: 'api-slow',
  failure: 'F17',
  does: 'the table of sessions is locked for 1.6 s again and again under traffic',
  cause: async (system) => {
    visit(system, 500)
    const recover = keepDoing(4_000, system.ending, async () => {
      const unlock = await system.database.hold('lock table sessions in access exclusive mode')
      await pause(1_600)
      await unlock()
    })
    return { recover }
  },
  expects: [{ alert: 'ApiSlow', within: 20 * MINUTE, shows: / => [1-9]/ }],
  resolvedWithin: 19 * MINUTE,
}

export const requestsFail: Drill<System> = {
  name: 'requests-fail',
  failure: 'F16',
  does: 'the table of sessions is renamed under traffic: requests fail although the database answers',
  cause: async (system) => {
    visit(system, 250)
    await system.database.run('alter table sessions rename to sessions_renamed')
    return { recover: () => system.database.run('alter table sessions_renamed rename to sessions') }
  },
  expects: [
    {
      alert: 'ApiErrorBudgetBurn',
      within: 5 * MINUTE,
      says: ['critical'],
      shows: /status_code="50[03]"/,
    },
  ],
  resolvedWithin: 20 * MINUTE,
}

export const postgresDown: Drill<System> = {
  name: 'postgres-down',
  failure: 'F18',
  does: 'PostgreSQL is killed under traffic: every request fails, and one alert names the cause',
  cause: async (system) => {
    visit(system, 250)
    await system.services.postgres.kill()
    return { recover: system.services.postgres.start }
  },
  expects: [
    {
      alert: 'DomainGaugesStale',
      within: 5 * MINUTE,
      says: ['critical'],
      shows: /result="error", table="offers"/,
    },
  ],
  verify: async ({ ports }) => {
    const { status } = await fetch(`http://127.0.0.1:${ports.api}/_readiness`)
    if (status === 200) throw new Error('the readiness probe of the api answers 200')
  },
  resolvedWithin: 20 * MINUTE,
}
