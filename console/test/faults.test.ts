import { expect, test, vi } from 'vitest'
import { createFaults, type Fault, FaultRefused } from '../src/server/faults.ts'

const START = Date.UTC(2026, 0, 1)

function setUp(changes: Partial<Fault> = {}) {
  let now = START
  const repair = vi.fn(async () => {})
  const fault: Fault = {
    name: 'kick-unavailable',
    title: 'Kick unavailable',
    theme: 'Kick',
    does: 'Kick answers 503',
    group: 'kick',
    expects: [{ alert: 'ExternalFailing', channel: 'telegram', within: 900, afterRepair: false }],
    resolvedWithin: 1200,
    cause: async () => ({ repair }),
    ...changes,
  }
  const other: Fault = { ...fault, name: 'api-gone', title: 'Api gone', group: 'presence' }
  const faults = createFaults([fault, other], { now: () => now, onChange: () => {} })
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  const at = (seconds: number) => {
    now = START + seconds * 1000
    return now
  }
  const alert = (state: 'pending' | 'firing', activeAt: number) => ({
    labels: { alertname: 'ExternalFailing' },
    annotations: {},
    state,
    activeAt,
    value: 1,
  })
  return { faults, repair, settle, at, alert }
}

test('keeps when an alert reached each step, from the fault to the resolved message', async () => {
  const { faults, settle, at, alert } = setUp()
  faults.break('kick-unavailable')
  await settle()
  const pending = at(335)
  faults.observe({ alerts: [alert('pending', pending)] })
  const firing = at(515)
  faults.observe({ alerts: [alert('firing', pending)] })
  const notified = at(545)
  const message = { channel: 'telegram', alert: 'ExternalFailing' } as const
  faults.observe({ notifications: [{ ...message, at: notified, resolved: false }] })
  at(600)
  faults.repair('kick-unavailable')
  await settle()
  const resolved = at(900)
  faults.observe({
    notifications: [
      { ...message, at: notified, resolved: false },
      { ...message, at: resolved, resolved: true },
    ],
  })
  const [run] = faults.runs()
  expect(run?.state).toBe('repaired')
  expect(run?.moments.ExternalFailing).toEqual({ pending, firing, notified, resolved })
})

test('does not count a message that arrived before the fault', async () => {
  const { faults, settle } = setUp()
  faults.break('kick-unavailable')
  await settle()
  faults.observe({
    notifications: [
      { at: START - 1, channel: 'telegram', alert: 'ExternalFailing', resolved: false },
      { at: START + 1, channel: 'fallback', alert: 'ExternalFailing', resolved: false },
    ],
  })
  expect(faults.runs()[0]?.moments.ExternalFailing).toEqual({})
})

test('refuses a fault that would disturb an active one, and says which', async () => {
  const { faults, settle } = setUp()
  faults.break('kick-unavailable')
  await settle()
  expect(() => faults.break('api-gone')).toThrow('Repair "Kick unavailable" first')
  expect(() => faults.break('kick-unavailable')).toThrow('active already')
  expect(() => faults.repair('api-gone')).toThrow(FaultRefused)
  expect(() => faults.break('nothing')).toThrow('There is no fault "nothing".')
})

test('counts a backdated fault from the moment it names', async () => {
  const since = new Map([['ExternalFailing', new Date(START - 7_200_000)]])
  const { faults, settle } = setUp({ cause: async () => ({ since, repair: async () => {} }) })
  faults.break('kick-unavailable')
  await settle()
  expect(faults.runs()[0]?.countsFrom).toEqual({ ExternalFailing: START - 7_200_000 })
})

test('says why a fault could not be caused, and lets it be tried again', async () => {
  const cause = vi.fn(async () => Promise.reject(new Error('the database is gone')))
  const { faults, settle } = setUp({ cause })
  faults.break('kick-unavailable')
  await settle()
  expect(faults.runs()[0]).toMatchObject({ state: 'failed', error: 'the database is gone' })
  faults.break('kick-unavailable')
  expect(cause).toHaveBeenCalledTimes(2)
})

test('a repair that fails leaves the fault active', async () => {
  const repair = vi.fn().mockRejectedValueOnce(new Error('no port')).mockResolvedValue(undefined)
  const { faults, settle } = setUp({ cause: async () => ({ repair }) })
  faults.break('kick-unavailable')
  await settle()
  faults.repair('kick-unavailable')
  await settle()
  expect(faults.runs()[0]).toMatchObject({ state: 'broken', error: 'no port' })
  faults.repair('kick-unavailable')
  await settle()
  expect(faults.runs()[0]?.state).toBe('repaired')
})
