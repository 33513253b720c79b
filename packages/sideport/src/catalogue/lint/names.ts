import type { Definition } from '../definition.ts'
import { wrongUnit } from '../units.ts'

/** What Prometheus' formats demand of a name; nothing can waive it. */
export const nameRules = {
  'valid-name': ({ name }: Definition) =>
    /^[a-z_][a-z0-9_]*$/.test(name)
      ? undefined
      : 'the name must be lower snake_case: letters, digits and _, no colon, no capitals',

  'reserved-name': ({ name }: Definition) =>
    name === 'up' || name.startsWith('scrape_') || name.startsWith('__')
      ? 'up, scrape_… and __… belong to Prometheus'
      : undefined,

  'help-present': ({ help }: Definition) =>
    typeof help !== 'string' || help.trim() === ''
      ? 'help is empty; say in one sentence what is measured'
      : undefined,

  'unit-suffix': ({ name, unit }: Definition) =>
    unit && !name.replace(/_total$/, '').endsWith(`_${unit}`)
      ? `the unit is ${unit}, so the name must end in _${unit} (before _total)`
      : undefined,
}

/** What makes a name a good one; a reason may outweigh it. */
export const nameTaste = {
  'total-suffix': ({ name, type }: Definition) =>
    name.endsWith('_total') === (type === 'counter')
      ? undefined
      : 'a counter ends in _total, and nothing else does',

  'reserved-suffix': ({ name }: Definition) =>
    /_(bucket|count|sum|created)$/.test(name)
      ? '_bucket, _count, _sum and _created are made by histograms'
      : undefined,

  'type-in-name': ({ name }: Definition) =>
    name.split('_').some((word) => ['counter', 'gauge', 'histogram', 'summary'].includes(word))
      ? 'the type does not belong in the name'
      : undefined,

  'base-unit': ({ name }: Definition) => wrongUnit(name),
}
