import { buildTree, OPERATIONS } from '@verifluence/local'
import { PROJECT } from '@verifluence/testkit'
import { temporaryFolder } from '@verifluence/testkit/vitest'
import { afterAll, expect, test } from 'vitest'
import { workerGone } from '../../src/drill/faults/processes.ts'
import { webhooksParked } from '../../src/drill/faults/webhooks.ts'
import { runStages } from '../../src/drill/run/all.ts'
import { startWhole } from '../../src/drill/site/whole.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

test('a worker that is killed and a webhook that is given up reach Telegram in time, and so do their mends', async () => {
  const stage = { name: 'two', start: startWhole, acts: [[workerGone, webhooksParked]] }
  const ground = {
    folder: folder.path,
    manifests: await buildTree(PROJECT, OPERATIONS),
    // At production's waits one drill takes five minutes: `npm run drill` runs them all.
    speed: 3,
    interrupted: new AbortController().signal,
  }
  const { outcomes, wrecks } = await runStages([stage], 1, ground, () => {})

  expect(wrecks).toEqual([])
  expect(outcomes.map(({ name, problems }) => ({ name, problems }))).toEqual([
    { name: 'worker-gone', problems: [] },
    { name: 'webhooks-parked', problems: [] },
  ])
  const told = outcomes.flatMap((outcome) => outcome.told)
  expect(told.map(({ notice }) => notice?.text.split('\n')[0])).toEqual([
    '🔴 WorkerDown · critical · stage',
    '🟡 WebhookProcessingFailing · warning · stage',
  ])
}, 900_000)
