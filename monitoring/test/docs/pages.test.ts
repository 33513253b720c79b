import { expect, it } from 'vitest'
import { alerts, themes } from '../../src/components/index.ts'
import { alertParts } from '../../src/docs/alerts.ts'
import { environmentParts } from '../../src/docs/environment.ts'
import { failureParts } from '../../src/docs/failures.ts'
import { jobParts } from '../../src/docs/jobs.ts'
import { partsOf } from '../../src/docs/markers.ts'
import { metricParts } from '../../src/docs/metrics.ts'
import { pagePaths, readPage } from '../../src/docs/pages.ts'
import { panelParts } from '../../src/docs/panels.ts'
import { routeParts } from '../../src/docs/routes.ts'
import { failureIds, failures } from '../../src/failures.ts'

const places = pagePaths().flatMap((page) =>
  partsOf(readPage(page)).map((part) => ({ page, part })),
)

it('every generated part stands on exactly one page', () => {
  const parts = {
    ...metricParts,
    ...jobParts,
    ...alertParts,
    ...failureParts,
    ...panelParts,
    ...routeParts,
    ...environmentParts,
  }
  const found = Object.keys(parts).map((name) => [
    name,
    places.filter(({ part }) => part === name).length,
  ])
  expect(found.filter(([, count]) => count !== 1)).toEqual([])
})

it('every theme stands on the page that the table of metrics links to', () => {
  const elsewhere = themes.filter(
    ({ name, page }) =>
      !places.some(
        (one) => one.part === `metrics-${name}` && one.page === `docs/reference/${page}.md`,
      ),
  )
  expect(elsewhere.map(({ name }) => name)).toEqual([])
})

it('a threshold reaches the table of alerts', () => {
  const table = alertParts['alert-table'] ?? ''
  for (const { name, limit } of alerts) {
    expect(table).toContain(`[${name}](../runbooks.md#${name.toLowerCase()})`)
    expect(table).toContain(limit)
  }
})

it('every failure has an alert, and every alert a failure', () => {
  const noticed = new Set(alerts.flatMap(({ failure }) => failureIds(failure)))
  expect([...noticed].sort()).toEqual(Object.keys(failures).sort())
  expect(() => failureIds('F1–F99')).toThrow('There is no failure "F1–F99"')
})
