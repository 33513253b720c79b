import { expect, test } from 'vitest'
import { createRandom, type Random } from '../src/random.ts'

const hundred = (random: Random) => Array.from({ length: 100 }, () => random.between(1, 6))

test('the same seed makes the same choices, another seed others', () => {
  expect(hundred(createRandom(5))).toEqual(hundred(createRandom(5)))
  expect(hundred(createRandom(5))).not.toEqual(hundred(createRandom(6)))
})

test('every face of a die comes up, and nothing else', () => {
  expect([...new Set(hundred(createRandom(1)))].sort()).toEqual([1, 2, 3, 4, 5, 6])
})

test('how often one actor chooses does not change the choices of the next', () => {
  const [calm, busy] = [createRandom(9), createRandom(9)]
  calm.fork()
  hundred(busy.fork())
  expect(hundred(calm.fork())).toEqual(hundred(busy.fork()))
})

test('nothing can be picked from nothing', () => {
  expect(createRandom(1).pick([])).toBeUndefined()
})

test('waiting times are positive and have the mean that was asked for', () => {
  const random = createRandom(3)
  const times = Array.from({ length: 20_000 }, () => random.waiting(30))
  expect(Math.min(...times)).toBeGreaterThanOrEqual(0)
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length
  expect(mean).toBeGreaterThan(29)
  expect(mean).toBeLessThan(31)
})
