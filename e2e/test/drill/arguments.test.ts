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

test('every alert of the rule files is expected by a drill', () => {
  const waitedFor = new Set(all.flatMap(({ expects }) => expects.map(({ alert }) => alert)))
  const forgotten = alerts.map(({ name }) => name).filter((name) => !waitedFor.has(name))
  expect(forgotten).toEqual([])
})

test('every failure of the list has a drill', () => {
  const covered = new Set(all.flatMap(({ failure }) => failure.split(', ')))
  const list = Array.from({ length: 25 }, (_, index) => `F${index + 1}`)
  expect(list.filter((failure) => !covered.has(failure))).toEqual([])
})
