import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ContenderName } from './http/contenders.ts'
import { type Load, openLoad } from './http/load.ts'
import type { ServerNews } from './http/server-child.ts'
import { atLeast, atMost, type Bench, type Result, seen } from './result.ts'
import { median } from './rounds.ts'

const RESTARTS = 5
const ROUNDS = 12
const ROUND = 200
const CONNECTIONS = 20

/** `none` stands twice: how far the two are apart is what this machine cannot tell apart. */
const lanes = {
  none: 'none',
  'none again': 'none',
  'a do-nothing middleware': 'a do-nothing middleware',
  'sideport at the server': 'sideport at the server',
  'sideport as a middleware': 'sideport as a middleware',
  '@hono/prometheus': '@hono/prometheus',
  'prom-client by hand': 'prom-client by hand',
  '@hono/otel, no tracing': '@hono/otel, no tracing',
} as const satisfies Readonly<Record<string, ContenderName>>

type Lane = keyof typeof lanes
const names = Object.keys(lanes) as Lane[]

/** What one server did in one round. */
interface Round {
  readonly rate: number
  /** Processor time a request, in microseconds. */
  readonly cpu: number
}

/**
 * Hono servers over sockets. All stand at once and are pressed in turn, so that each round compares
 * what happened within two seconds; processes are started again, because one may be lucky with its
 * memory.
 */
export const bench: Bench = async () => {
  const rounds: Record<Lane, Round>[] = []
  for (let restart = 0; restart < RESTARTS; restart++) {
    const servers = await Promise.all(names.map(startServer))
    for (const server of servers) await server.round()
    for (let round = 0; round < ROUNDS; round++) {
      const figures = new Map<Lane, Round>()
      for (let turn = 0; turn < servers.length; turn++) {
        const server = servers[(round + turn) % servers.length]
        if (server) figures.set(server.lane, await server.round())
      }
      rounds.push(Object.fromEntries(figures) as Record<Lane, Round>)
    }
    for (const server of servers) server.stop()
  }
  return conclude(rounds)
}

function conclude(rounds: readonly Record<Lane, Round>[]): readonly Result[] {
  const throughput = (lane: Lane, against: Lane) =>
    median(rounds.map((round) => round[lane].rate / round[against].rate))
  const added = (lane: Lane, against: Lane) =>
    median(rounds.map((round) => round[lane].cpu - round[against].cpu))
  const byMiddleware = added('sideport as a middleware', 'a do-nothing middleware')

  const byPeer = added('@hono/prometheus', 'a do-nothing middleware')

  return [
    seen({
      name: 'server: CPU a request, none',
      value: median(rounds.map(({ none }) => none.cpu)),
      unit: 'µs',
    }),
    ...names.slice(1).flatMap((lane) => [
      seen({ name: `server: CPU added by ${lane}`, value: added(lane, 'none'), unit: 'µs' }),
      seen({
        name: `server: throughput, ${lane} / none`,
        value: throughput(lane, 'none'),
        unit: '×',
      }),
    ]),
    atLeast(0.97, {
      name: 'server: throughput, sideport at the server / none',
      value: throughput('sideport at the server', 'none'),
      unit: '×',
      note: `A/A control ${throughput('none again', 'none').toFixed(3)}`,
    }),
    atMost(3, {
      name: 'server: CPU added by sideport as a middleware beyond a do-nothing one',
      value: byMiddleware,
      unit: 'µs',
    }),
    atMost(1 / 2, {
      name: 'server: that / what @hono/prometheus adds beyond a do-nothing one',
      value: byMiddleware / byPeer,
      unit: '×',
      note: `${byMiddleware.toFixed(2)} µs / ${byPeer.toFixed(2)} µs`,
    }),
  ]
}

async function startServer(lane: Lane) {
  const child = fork(fileURLToPath(new URL('./http/server-child.ts', import.meta.url)), [
    lanes[lane],
  ])
  const { port } = await news(child)
  const load: Load = await openLoad(port, CONNECTIONS)
  return {
    lane,
    async round(): Promise<Round> {
      const before = await ask(child)
      const answered = await load.press(ROUND)
      const after = await ask(child)
      return {
        rate: answered,
        cpu: (after.cpu - before.cpu) / (after.requests - before.requests),
      }
    },
    stop() {
      load.close()
      child.kill()
    },
  }
}

function ask(child: ChildProcess): Promise<ServerNews> {
  child.send('how far are you?')
  return news(child)
}

const news = async (child: ChildProcess): Promise<ServerNews> =>
  (await once(child, 'message'))[0] as ServerNews
