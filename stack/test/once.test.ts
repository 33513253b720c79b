import { expect, test } from 'vitest'
import { launch, temporaryFolder } from './support/launcher.ts'

test('a failing Kick reaches Telegram by the production rules and routes, and so does its mend', async () => {
  const folder = temporaryFolder()
  const launcher = await launch({ folder: folder.path, args: ['--once'] })
  const code = await launcher.ends(10 * 60_000)
  expect(launcher.output()).toMatch(
    /Proven: told \d+ s after the fault, told of the mend after \d+ s\./,
  )
  expect(launcher.output()).toMatch(/message {3}🔴 ViewerPollStale/)
  expect(launcher.output()).toMatch(/message {3}✅ ViewerPollStale resolved/)
  expect(code).toBe(0)
  folder.remove()
}, 620_000)
