import { setTimeout as pause } from 'node:timers/promises'
import type { Drill } from '../drill.ts'
import { keepDoing } from '../keep-doing.ts'
import { MINUTE } from '../minutes.ts'
import type { WholeSite } from '../site/site.ts'
import { visit } from '../site/visitors.ts'

export const apiSlow: Drill<WholeSite> = {
  name: 'api-slow',
  failure: 'F17',
  does: 'the table of sessions is locked for 1.6 s again and again while people come',
  cause: async (site) => {
    visit(site, 500)
    const mend = keepDoing(4_000, site.ending, async () => {
      const unlock = await site.database.hold('lock table sessions in access exclusive mode')
      await pause(1_600)
      await unlock()
    })
    return { mend }
  },
  arrives: [{ alert: 'ApiSlow', within: 20 * MINUTE, shows: / => [1-9]/ }],
  resolvedWithin: 19 * MINUTE,
}

export const postgresDown: Drill<WholeSite> = {
  name: 'postgres-down',
  failure: 'F16, F18',
  does: 'PostgreSQL is killed while people come: every request fails',
  cause: async (site) => {
    visit(site, 250)
    await site.parts.postgres.kill()
    return { mend: site.parts.postgres.start }
  },
  arrives: [
    {
      alert: 'ApiErrorBudgetBurn',
      within: 5 * MINUTE,
      says: ['critical'],
      shows: /status_code="503"/,
    },
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
