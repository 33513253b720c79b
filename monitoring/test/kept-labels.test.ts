import { expect, it } from 'vitest'
import { platformGroups, stalenessGroup } from '../src/components/index.ts'
import { labelsMissing } from '../src/expressions/kept.ts'
import { keptLabels } from '../src/promql/kept-labels.ts'

const LABELS = ['a', 'b', 'c', 'le']

const kept = (expr: string) => LABELS.filter(keptLabels(expr))

it.each<[what: string, expr: string, labels: readonly string[]]>([
  ['all labels of a series', 'x', ['a', 'b', 'c', 'le']],
  ['all labels under functions', 'clamp_min(max_over_time(-(x)[5m:1m] offset 1h), 0)', LABELS],
  ['what is grouped by, not what is matched', 'sum by (a) (x{b="1"})', ['a']],
  ['what is grouped by behind the aggregation', 'sum(x) by (a)', ['a']],
  ['nothing of a sum of everything', 'sum(x)', []],
  ['what the outer of two groupings has', 'max by (a) (sum by (a, b) (x))', ['a']],
  ['what the inner of two groupings left', 'max by (a, b) (sum by (a) (x))', ['a']],
  ['all but what is left out', 'sum without (a) (sum by (a, b, c) (x))', ['b', 'c']],
  ['all labels of the greatest', 'topk by (a) (3, sum by (a, b) (x))', ['a', 'b']],
  ['the label by which values are counted', 'count_values by (a) ("b", x)', ['a', 'b']],
  ['the label that is put in', 'label_replace(sum by (a) (x), "b", "v", "", "")', ['a', 'b']],
  ['the label that is joined', 'label_join(sum(x), "c", "-", "a", "b")', ['c']],
  ['all but the bounds of a quantile', 'histogram_quantile(0.9, sum by (a, le) (x))', ['a']],
  ['what is absent by equality', 'absent(x{a="1", b=~"1|2", c!="3"})', ['a']],
  ['what was absent by equality', 'absent_over_time(x{a="1"}[5m])', ['a']],
  ['nothing of what is absent when compared', 'absent(x{a="1"} == 1)', []],
  ['nothing of numbers', 'time() - vector(scalar(x))', []],
  ['the labels next to a number', '100 - sum by (a) (x) > 5', ['a']],
  ['the left labels of a condition', 'sum by (a, b) (x) and on (a) sum by (a, c) (y)', ['a', 'b']],
  ['the left labels of an exception', 'sum by (a) (x) unless on (a) y', ['a']],
  ['what both of two cases have', 'sum by (a, b) (x) or sum by (a, c) (y)', ['a']],
  ['what two sides are matched on', 'x / on (a) y', ['a']],
  [
    'all but what two sides may differ in',
    'sum by (a, b) (x) / ignoring (b) sum by (a) (y)',
    ['a'],
  ],
  [
    'the labels of the many, and those that are taken from the one',
    'sum by (a, b) (x) * on (a) group_left (c) max by (a, c) (y)',
    ['a', 'b', 'c'],
  ],
  [
    'no label of the one that is not taken',
    'max by (a, c) (y) * on (a) group_right () sum by (a, b) (x)',
    ['a', 'b'],
  ],
])('keeps %s', (_, expr, labels) => {
  expect(kept(expr)).toEqual(labels)
})

it('finds no hole in any message of ours', () => {
  const holes = [stalenessGroup, ...platformGroups].flatMap(({ alerts }) =>
    alerts.flatMap(({ name, expr, summary, description }) =>
      labelsMissing(expr, [summary, description]).map((label) => `${name}: ${label}`),
    ),
  )
  expect(holes).toEqual([])
})
