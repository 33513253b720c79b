import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { createTestDatabase, type TestDatabase } from '@verifluence/testkit/postgres'
import pg from 'pg'
import { createMemoryHeartbeats, createPostgresLock } from 'sideport'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { createStillClock, gate, soon, startWorker } from './support.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const makeClient = () => new pg.Client({ connectionString: database.url })
const createLock = (logged: string[] = []) =>
  createPostgresLock({
    client: makeClient,
    log: { warn: (_fields, message) => void logged.push(message) },
  })
const startReplica = () => startWorker({ store: createMemoryHeartbeats(), lock: createLock() })

async function ask(statement: string) {
  const client = makeClient()
  await client.connect()
  const { rows } = await client.query(statement)
  await client.end()
  return rows
}

const LOCKS = `select pid from pg_locks where locktype = 'advisory'
  and database = (select oid from pg_database where datname = current_database())`

it('pitfall 32: one of two replicas runs, the other skips', async () => {
  const { open, opened } = gate()
  const [one, other] = [startReplica(), startReplica()]
  let runs = 0
  const job = async () => {
    runs++
    await opened
  }
  const both = [one, other].map((replica) => replica.instrumentPoll('hourly', job)())
  await expect
    .poll(
      async () => [
        (await one.shows('hourly'))['skipped_total lock_held'],
        (await other.shows('hourly'))['skipped_total lock_held'],
      ],
      soon,
    )
    .toContain(1)
  open()
  await Promise.all(both)
  expect(runs).toBe(1)
  expect(await ask(LOCKS)).toEqual([])
})

it('costs one connection while it is held, and none where it was lost or given back', async () => {
  const connections = () =>
    ask(`select from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`)
  const lock = createLock()
  const held = await lock.acquire('hourly')
  expect(await lock.acquire('hourly')).toBeUndefined()
  await expect.poll(connections, soon).toHaveLength(1)
  await held?.release()
  await expect.poll(connections, soon).toEqual([])
})

it('different jobs do not wait for each other', async () => {
  const [hourly, daily] = [
    await createLock().acquire('hourly'),
    await createLock().acquire('daily'),
  ]
  expect([hourly, daily]).not.toContain(undefined)
  await hourly?.release()
  await daily?.release()
})

it('is free again after a run that threw', async () => {
  const replica = startReplica()
  const broken = replica.instrumentPoll('hourly', () => {
    throw new Error('broken')
  })
  await expect(broken()).rejects.toThrow('broken')
  expect(await replica.instrumentPoll('hourly', () => 'ran')()).toBe('ran')
  expect(await ask(LOCKS)).toEqual([])
})

it('is held by a process that hangs, and free the moment it is killed', async () => {
  const holder = fileURLToPath(new URL('./lock-holder.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=source', holder, database.url, 'hourly'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  expect(String((await once(child.stdout, 'data'))[0])).toBe('held\n')

  const replica = startReplica()
  const run = replica.instrumentPoll('hourly', () => 'ran')
  expect(await run()).toBeUndefined()
  expect(await replica.shows('hourly')).toMatchObject({ 'skipped_total lock_held': 1 })
  child.kill('SIGKILL')
  await expect.poll(run, soon).toBe('ran')
})

it('is logged as lost when its connection is cut, the run goes on, and the process survives', async () => {
  const logged: string[] = []
  const held = await createLock(logged).acquire('daily')
  const holders = await ask(LOCKS)
  expect(holders).toHaveLength(1)
  await ask(`select pg_terminate_backend(${holders[0].pid})`)
  await expect
    .poll(() => logged, soon)
    .toEqual(['the connection that holds the lock of a job was lost'])
  const heir = await createLock().acquire('daily')
  expect(heir).toBeDefined()
  await held?.release()
  await heir?.release()
  expect(await ask(LOCKS)).toEqual([])
})

it('fails the run when the database cannot be reached', async () => {
  const lock = createPostgresLock({ client: () => new pg.Client({ host: '127.0.0.1', port: 1 }) })
  const replica = startWorker({ store: createMemoryHeartbeats(), lock })
  await expect(replica.instrumentPoll('hourly', () => 'ran')()).rejects.toThrow('ECONNREFUSED')
  expect(await replica.shows('hourly')).toMatchObject({ 'runs_total error': 1 })
})

it('fails the run when the database does not answer in time', async () => {
  const silent = createServer()
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  onTestFinished(() => void silent.close())
  const { port } = silent.address() as { port: number }
  const clock = createStillClock()
  const lock = createPostgresLock({
    client: () => new pg.Client({ host: '127.0.0.1', port }),
    clock,
  })
  const acquired = lock.acquire('hourly')
  const [socket] = await once(silent, 'connection')
  const left = once(socket.resume(), 'end')
  clock.pass(10)
  await expect(acquired).rejects.toThrow('lock of hourly: no answer within 10 s')
  await left
  socket.destroy()
})
