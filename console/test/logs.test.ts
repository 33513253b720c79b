import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLogs, readLine } from '../src/server/logs.ts'

test.each([
  [
    '{"level":"info","time":"2026-01-01T00:00:00.000Z","service":"api","request_id":"a","msg":"request"}',
    {
      at: Date.UTC(2026, 0, 1),
      level: 'info',
      text: 'request',
      fields: { service: 'api', request_id: 'a' },
    },
  ],
  [
    'time=2026-01-01T00:00:00.000Z level=WARN msg="Lost \\"it\\"" component=tsdb',
    { at: Date.UTC(2026, 0, 1), level: 'warn', text: 'Lost "it"', fields: { component: 'tsdb' } },
  ],
  [
    '2026-01-01 00:00:00.000 UTC [7] ERROR:  no such table',
    { at: Date.UTC(2026, 0, 1), level: 'error', fields: {} },
  ],
  ['Mirakel goes live', { level: 'info', text: 'Mirakel goes live', fields: {} }],
  ['{"half a li', { level: 'info', text: '{"half a li', fields: {} }],
])('reads the line %s', (raw, line) => {
  expect(readLine('api', raw)).toMatchObject({ process: 'api', ...line })
})

test('finds the lines of one request and of one job, oldest first', () => {
  const folder = mkdtempSync(join(tmpdir(), 'logs-'))
  const line = (seconds: number, fields: object) =>
    JSON.stringify({
      level: 'info',
      time: new Date(seconds * 1000).toISOString(),
      msg: 'x',
      ...fields,
    })
  writeFileSync(
    join(folder, 'api.log'),
    [
      line(3, { request_id: 'a' }),
      line(1, { request_id: 'a' }),
      line(2, { request_id: 'b', note: 'a' }),
    ].join('\n'),
  )
  writeFileSync(join(folder, 'worker.log'), line(2, { job: 'viewer-poll' }))
  const logs = createLogs(folder)
  const times = (filter: object) => logs.lines({ limit: 10, ...filter }).map(({ at }) => at)
  expect(logs.processes()).toEqual(['api', 'worker'])
  expect(times({ request: 'a' })).toEqual([1000, 3000])
  expect(times({ job: 'viewer-poll' })).toEqual([2000])
  expect(times({ process: 'api', limit: 1 })).toHaveLength(1)
})
