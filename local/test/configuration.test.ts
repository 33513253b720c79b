import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT } from '@verifluence/testkit'
import { folderOfThisTest } from '@verifluence/testkit/vitest'
import { expect, test } from 'vitest'
import { checkConfiguration, writeConfiguration } from '../src/configuration.ts'
import type { Manifest } from '../src/derive/manifests/parse.ts'
import { buildTree, OPERATIONS } from '../src/derive/manifests/tree.ts'
import { derivedFiles } from '../src/derive/write.ts'
import { findTools, freePorts } from '../src/prerequisites.ts'

type Rules = { groups: { name: string; rules: { alert?: string; expr: string }[] }[] }

/** The production tree, with one expression that does not parse. */
async function brokenTree(): Promise<{ manifests: Manifest[]; alert: string }> {
  const manifests = await buildTree(PROJECT, OPERATIONS)
  const platform = manifests.find(
    ({ kind, metadata }) => kind === 'PrometheusRule' && metadata.name.includes('platform'),
  )
  const { groups } = (platform?.spec ?? { groups: [] }) as Rules
  const rule = groups.flatMap(({ rules }) => rules).find(({ alert }) => alert !== undefined)
  if (rule?.alert === undefined) throw new Error('the platform rules hold no alert')
  rule.expr = 'sum('
  return { manifests, alert: rule.alert }
}

test('a broken expression is named with its file in the tree, and valid files are not mentioned', async () => {
  const { manifests, alert } = await brokenTree()
  const files = derivedFiles(join(folderOfThisTest(), 'derived'))
  writeConfiguration({ manifests, files, ports: await freePorts() })
  const message = await checkConfiguration(files, await findTools()).catch((error) => error.message)
  expect(message).toContain('operations/clusters/prod/stage/monitoring/platform-rules.yaml: group')
  expect(message).toContain(`"${alert}": could not parse expression`)
  expect(message).not.toMatch(/SUCCESS|FAILED|derived\//)
})

test('SPEED divides every wait of rules, routes and scrapes, and nothing else', async () => {
  const manifests = await buildTree(PROJECT, OPERATIONS)
  const ports = await freePorts()
  const folder = folderOfThisTest()
  const written = (speed: number) => {
    const files = derivedFiles(join(folder, 'derived'))
    writeConfiguration({ manifests, files, ports, speed })
    const rules = readdirSync(files.folders.rules).sort()
    return [
      files.prometheus,
      files.alertmanager,
      ...rules.map((name) => join(files.folders.rules, name)),
    ]
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n')
  }
  const production = written(1)
  const faster = written(2)
  // Halves are written in milliseconds; back in seconds and doubled they are production's.
  const WAIT =
    /((?:interval|for|wait|query_offset): ?|\[|(?<=\d(?:ms|[smhdw])):|offset )((?:\d+(?:ms|[smhdw]))+)(?=$|\]|:|\s|\))/gm
  const inMilliseconds = (text: string, factor: number) =>
    text.replaceAll(
      WAIT,
      (_, before: string, wait: string) => `${before}${milliseconds(wait) * factor}`,
    )
  expect(faster).not.toBe(production)
  expect(inMilliseconds(faster, 2)).toBe(inMilliseconds(production, 1))
  await expect(
    checkConfiguration(derivedFiles(join(folder, 'derived')), await findTools()),
  ).resolves.toBeUndefined()
})

test('links in messages lead to the console of this machine, and nowhere else', async () => {
  const manifests = await buildTree(PROJECT, OPERATIONS)
  const files = derivedFiles(join(folderOfThisTest(), 'derived'))
  const consoleUrl = 'http://127.0.0.1:4500'
  const { externalUrls } = writeConfiguration({
    manifests,
    files,
    ports: await freePorts(),
    consoleUrl,
  })
  const rules = readdirSync(files.folders.rules)
    .map((name) => readFileSync(join(files.folders.rules, name), 'utf8'))
    .join('\n')
  const links = [...rules.matchAll(/_url: *['"]?(\S+?)['"]?$/gm)].map(([, url = '']) => url)
  expect(externalUrls).toEqual({ prometheus: consoleUrl, alertmanager: consoleUrl })
  expect(links.length).toBeGreaterThan(20)
  expect(links.filter((url) => !url.startsWith(`${consoleUrl}/`))).toEqual([])
})

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

function milliseconds(wait: string): number {
  const services = wait.matchAll(/(\d+)(ms|[smhdw])/g)
  return [...services].reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit as 's'], 0)
}
