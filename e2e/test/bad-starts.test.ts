import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { freePorts } from '@verifluence/local'
import { portTaken } from '@verifluence/testkit'
import { folderOfThisTest } from '@verifluence/testkit/vitest'
import { expect, test } from 'vitest'
import { launch } from './support/launcher.ts'

/** Starts, and expects one error message, exit code 1 and no process left. */
async function refusal(env: Readonly<Record<string, string>>, ports = freePorts()) {
  const folder = folderOfThisTest()
  const launcher = await launch({ folder, ports: await ports, env })
  expect(await launcher.ends()).toBe(1)
  expect(existsSync(join(folder, 'run'))).toBe(false)
  const [sentence = '', ...more] = launcher
    .output()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('Starting'))
  expect(more).toEqual([])
  return { sentence, ports: launcher.ports }
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer().listen(port, '127.0.0.1', () => resolve(server))
  })
}

test('a taken port is named with the variable that moves it, and nothing else is started', async () => {
  const ports = await freePorts()
  const squatter = await listen(ports.workerMetrics)
  const { sentence } = await refusal({}, Promise.resolve(ports))
  squatter.close()
  expect(sentence).toContain(`Port ${ports.workerMetrics}, which is WORKER_METRICS_PORT, is taken`)
  expect(sentence).toContain('or set WORKER_METRICS_PORT to a free port')
  expect(await portTaken(ports.postgres)).toBe(false)
})

test('a database that does not answer is named without its password', async () => {
  const { postgres } = await freePorts()
  const { sentence } = await refusal({
    DATABASE_URL: `postgres://someone:secret@127.0.0.1:${postgres}/shop`,
  })
  expect(sentence).toContain(`127.0.0.1:${postgres}/shop`)
  expect(sentence).toContain('DATABASE_URL')
  expect(sentence).not.toContain('secret')
})

test('every wrong variable is named with what it allows', async () => {
  const { sentence } = await refusal({
    API_PORT: '70000',
    DATABASE_URL: 'mysql://x',
    TELEGRAM_CHAT_ID: '@ops',
  })
  expect(sentence).toContain('API_PORT: must be a port, 1 to 65535')
  expect(sentence).toContain('DATABASE_URL: must be a postgres:// URL')
  expect(sentence).toContain('TELEGRAM_CHAT_ID: must be a whole number')
})

test('two services on one port are named by their variables', async () => {
  const ports = await freePorts()
  const { sentence } = await refusal({}, Promise.resolve({ ...ports, worker: ports.api }))
  expect(sentence).toBe(`API_PORT and WORKER_PORT are both ${ports.api}: give each its own port.`)
})

test('Grafana gets no port of another service', async () => {
  const ports = await freePorts()
  const { sentence } = await refusal({ GRAFANA_PORT: String(ports.api) }, Promise.resolve(ports))
  expect(sentence).toBe(`API_PORT and GRAFANA_PORT are both ${ports.api}: give each its own port.`)
})

test('half of a Telegram configuration asks for the other half', async () => {
  const { sentence } = await refusal({ TELEGRAM_BOT_TOKEN: '123:abc' })
  expect(sentence).toContain('set TELEGRAM_CHAT_ID too, or neither')
})

test('a program that is not there is named with its variable', async () => {
  const { sentence } = await refusal({ ALERTMANAGER_BIN: '/nowhere/alertmanager' })
  expect(sentence).toBe(
    'ALERTMANAGER_BIN names /nowhere/alertmanager, which does not serve (there is no such file): name alertmanager 0.28 or newer there, or unset it.',
  )
})

test('a program that is another one is named with its variable', async () => {
  const { sentence } = await refusal({ PROMETHEUS_BIN: '/bin/true' })
  expect(sentence).toContain('PROMETHEUS_BIN names /bin/true, which does not serve (it does not')
})

test('a service that exits during start is reported with its exit code and program', async () => {
  const folder = folderOfThisTest()
  const impostor = join(folder, 'impostor')
  writeFileSync(
    impostor,
    '#!/bin/sh\necho "prometheus, version 3.5.3"\n[ "$1" = --version ] || exit 3\n',
  )
  chmodSync(impostor, 0o755)
  const launcher = await launch({ folder, env: { PROMETHEUS_BIN: impostor } })
  expect(await launcher.ends(60_000)).toBe(1)
  expect(launcher.output()).toContain(
    `prometheus: it ended with exit code 3 while starting (${impostor}, named in PROMETHEUS_BIN)`,
  )
}, 70_000)

const unfit = [
  { folder: '/etc/passwd', fault: 'is not a folder: set STACK_FOLDER to another folder.' },
  { folder: '/proc/x', fault: 'may not be written: make it writable, or set STACK_FOLDER to' },
]

test.each(unfit)('$folder as a place for state is refused with what is wrong', async (place) => {
  const launcher = await launch({ folder: place.folder })
  expect(await launcher.ends(10_000)).toBe(1)
  expect(launcher.output()).toContain(`The state folder ${place.folder} ${place.fault}`)
  expect(launcher.output()).not.toContain('free about')
})

test('an argument that does not exist is answered with the usage', async () => {
  const folder = folderOfThisTest()
  const launcher = await launch({ folder, args: ['--nonsense'] })
  expect(await launcher.ends()).toBe(1)
  expect(launcher.output()).toContain(
    "Unknown option '--nonsense'. Call npm start [-- --once | --grafana]",
  )
})
