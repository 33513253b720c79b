import { expect, test } from 'vitest'
import { limitsOf } from '../src/server/rules.ts'

test.each([
  ['up > 1', [{ expr: 'up', op: '>', threshold: 1 }]],
  ['0.5 <= rate(x[5m])', [{ expr: 'rate(x[5m])', op: '≥', threshold: 0.5 }]],
  [
    'sum by (job) (a) / sum by (job) (b) > 1e-3',
    [{ expr: 'sum by (job) (a) / sum by (job) (b)', op: '>', threshold: 0.001 }],
  ],
  // Both must hold; the first says what it is about.
  ['long > 0.07 and short > 0.07', [{ expr: 'long', op: '>', threshold: 0.07 }]],
  [
    'a > 2 or b > 3',
    [
      { expr: 'a', op: '>', threshold: 2 },
      { expr: 'b', op: '>', threshold: 3 },
    ],
  ],
  // What `unless` takes away is not measured either.
  ['(a > 600) unless on () b', [{ expr: '(a) unless on () b', op: '>', threshold: 600 }]],
  ['absent(up{job="api"} == 1)', [{ expr: 'up{job="api"}', op: '<', threshold: 1 }]],
  ['sum(a > 5) > 1', [{ expr: 'sum(a > 5)', op: '>', threshold: 1 }]],
  ['vector(1)', []],
  ['a > b', []],
  ['a > bool 5 ==', [{ expr: 'a', op: '>', threshold: 5 }]],
] as const)('finds what %j measures and where it fires', (query, limits) => {
  expect(limitsOf(query)).toEqual(limits)
})
