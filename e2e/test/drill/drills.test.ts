import { buildTree, OPERATIONS } from '@verifluence/local'
import { PROJECT } from '@verifluence/testkit'
import { temporaryFolder } from '@verifluence/testkit/vitest'
import { afterAll, expect, test } from 'vitest'
import { startSystem } from '../../src/drill/environment/system.ts'
import { workerGone } from '../../src/drill/faults/processes.ts'
import { webhooksParked } from '../../src/drill/faults/webhooks.ts'
import { runGroups } from '../../src/drill/run-drills.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

test('a killed worker and a parked webhook reach Telegram in time, and so do their resolved messages', async () => {
  const stage = { name: 'two', start: startSystem, phases: [[workerGone, webhooksParked]] }
  const ground = {
    folder: folder.path,
    manifests: await buildTree(PROJECT, OPERATIONS),
    // At production's waits one drill takes five minutes: `npm run drill` runs them all.
    speed: 3,
    interrupted: new AbortController().signal,
  }
  const { outcomes, aborted } = await runGroups([stage], 1, ground, () => {})

  expect(aborted).toEqual([])
  expect(outcomes.map(({ name, problems }) => ({ name, problems }))).toEqual([
    { name: 'worker-gone', problems: [] },
    { name: 'webhooks-parked', problems: [] },
  ])
  const received = outcomes.flatMap((outcome) => outcome.received)
  expect(received.map(({ notification }) => notification?.text.split('\n')[0])).toEqual([
    '🔴 WorkerDown · critical · stage',
    '🟡 WebhookProcessingFailing · warning · stage',
  ])
}, 900_000)
