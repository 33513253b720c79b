import { EventEmitter } from 'node:events'
import { setImmediate as pause } from 'node:timers/promises'
import { type ContenderName, contenders } from './http/contenders.ts'
import { atMost, type Bench, seen } from './result.ts'
import { median } from './rounds.ts'

const ROUNDS = 61
const TIMES = 4_000

/**
 * The middlewares' own processor time: the handler is called directly, a do-nothing middleware is taken off.
 * Each request brings a response that closes when it is answered, as on a server, so that those who
 * wait for the end of the response pay for it here.
 */
export const bench: Bench = async () => {
  const names = (Object.keys(contenders) as ContenderName[]).filter(
    (name) => name !== 'sideport at the server',
  )
  const entries = names.map((name) => ({ name, run: caller(name), seen: [] as number[] }))
  for (const { run } of entries) for (let warm = 0; warm < 5; warm++) await run(TIMES)
  for (let round = 0; round < ROUNDS; round++) {
    for (let turn = 0; turn < entries.length; turn++) {
      const entry = entries[(round + turn) % entries.length]
      if (!entry) continue
      const start = process.cpuUsage().user
      await entry.run(TIMES)
      entry.seen.push((process.cpuUsage().user - start) / TIMES)
      // Node forgets the bodies of responses between two turns of the loop, never within one.
      await pause()
    }
  }
  const nothing = entries[1]?.seen ?? []
  const own = (name: ContenderName) => {
    const mine = entries.find((entry) => entry.name === name)?.seen ?? []
    return median(mine.map((cost, round) => cost - (nothing[round] ?? 0)))
  }
  const peer = own('@hono/prometheus')
  return [
    ...names
      .slice(2)
      .map((name) => seen({ name: `own time of ${name}`, value: own(name), unit: 'µs' })),
    atMost(1 / 3, {
      name: 'own time of sideport as a middleware / @hono/prometheus',
      value: own('sideport as a middleware') / peer,
      unit: '×',
    }),
  ]
}

/** Calls a contender's handler many times over. */
function caller(name: ContenderName) {
  const { app } = contenders[name]()
  const request = new Request('http://shop.example/api/offers/7')
  return async (times: number) => {
    for (let time = 0; time < times; time++) {
      const outgoing = Object.assign(new EventEmitter(), {
        statusCode: 200,
        writableEnded: true,
        writableFinished: true,
        errored: null,
        socket: undefined,
      })
      await app.fetch(request, { incoming: { method: 'GET' }, outgoing })
      outgoing.emit('close')
    }
  }
}
