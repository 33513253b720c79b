import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { builtApp } from '@verifluence/console'
import { expect, test } from 'vitest'

test('the built page loads nothing from elsewhere', async () => {
  const folder = await builtApp()
  const page = readFileSync(join(folder, 'index.html'), 'utf8')
  const styles = readdirSync(join(folder, 'assets'))
    .filter((name) => name.endsWith('.css'))
    .map((name) => readFileSync(join(folder, 'assets', name), 'utf8'))
  expect(page).toContain('<div id="app">')
  expect([page, ...styles].join('\n')).not.toMatch(
    /(?:src|href)="https?:|url\(["']?(?:https?:)?\/\//,
  )
}, 60_000)

test('an unchanged app is not built a second time', async () => {
  const first = await builtApp()
  expect(await builtApp()).toBe(first)
}, 60_000)
