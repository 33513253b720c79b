import { alerts } from '@verifluence/monitoring/alerts'
import { expect, test } from 'vitest'
import { readArguments } from '../../src/drill/arguments.ts'
import { monitoringGroups, systemGroups } from '../../src/drill/program.ts'

const all = [...systemGroups, ...monitoringGroups].flatMap(({ phases }) => phases.flat())

test('a drill that does not exist is named, together with those that do', () => {
  expect(() => readArguments(['worker-gon'])).toThrow(
    /There is no drill named worker-gon: name any of .*worker-gone/,
  )
})

test('an unknown option and a senseless number are refused in one sentence', () => {
  expect(() => readArguments(['--fast'])).toThrow(/--fast/)
  expect(() => readArguments(['--at-once', 'many'])).toThrow(/--at-once takes a whole number/)
})

test('no two drills share a name, so that one can be asked for by it', () => {
  const names = all.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
})

/** Alerts that no drill causes, each with the reason; rule tests cover them. */
const WITHOUT_DRILL: Readonly<Record<string, string>> = {
  PublicAddressDown: 'the blackbox exporter runs in the cluster only',
  PublicCertificateExpiring: 'the blackbox exporter runs in the cluster only',
  ContainerOutOfMemory: 'kube-state-metrics runs in the cluster only',
  PrometheusWalCorrupted: 'needs a damaged disk',
  ClockSkew: 'the clock of this machine is not ours to change',
  JobIdle: 'takes days without items',
  PostgresBloat: 'takes a table of many million rows',
  PostgresConnectionsHigh: 'not written yet',
  PostgresTransactionLong: 'not written yet',
  PostgresLocksWaiting: 'not written yet',
  RequestMetricsAbsent: 'not written yet',
  MetricsCollectorFailing: 'not written yet',
}

test('every alert of the rule files is expected by a drill, or has a reason not to be', () => {
  const expected = new Set(all.flatMap(({ expects }) => expects.map(({ alert }) => alert)))
  const names = [...new Set(alerts.map(({ name }) => name))]
  expect(names.filter((name) => !expected.has(name)).sort()).toEqual(
    Object.keys(WITHOUT_DRILL).sort(),
  )
})

test('every failure of the list has a drill', () => {
  const covered = new Set(all.flatMap(({ failure }) => failure.split(', ')))
  const list = Array.from({ length: 25 }, (_, index) => `F${index + 1}`)
  expect(list.filter((failure) => !covered.has(failure))).toEqual([])
})
