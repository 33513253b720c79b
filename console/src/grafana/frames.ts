import { calculate, titleOf } from './calculations.ts'
import { patternOf } from './fields.ts'
import { type Json, list, number, record, text, texts } from './json.ts'
import type { Transformation } from './model.ts'

export interface Field {
  readonly name: string
  readonly type: 'number' | 'string' | 'time'
  readonly values: readonly unknown[]
  readonly labels: Readonly<Record<string, string>>
}

/** A table: fields of the same length. */
export interface Frame {
  readonly refId: string
  readonly fields: readonly Field[]
}

/** A series of an answer; an instant one has a single value. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>
  readonly values: readonly (readonly [number, string])[]
}

const lengthOf = ({ fields }: Frame): number => fields[0]?.values.length ?? 0

/** One frame for each series, its value named by the legend. */
export const seriesFrames = (
  refId: string,
  series: readonly Series[],
  nameOf: (metric: Series['metric']) => string,
): Frame[] =>
  series.map(({ metric, values }) => ({
    refId,
    fields: [
      { name: 'Time', type: 'time', values: values.map(([at]) => at * 1_000), labels: {} },
      {
        name: nameOf(metric),
        type: 'number',
        values: values.map(([, value]) => Number(value)),
        labels: metric,
      },
    ],
  }))

/** One frame for all series: a row for each sample, a column for each label. */
export function tableFrame(refId: string, series: readonly Series[], valueName: string): Frame {
  const rows = series.flatMap(({ metric, values }) =>
    values.map(([at, value]) => ({ metric, at, value })),
  )
  const labels = [...new Set(series.flatMap(({ metric }) => Object.keys(metric)))].sort()
  return {
    refId,
    fields: [
      { name: 'Time', type: 'time', values: rows.map(({ at }) => at * 1_000), labels: {} },
      ...labels.map(
        (name): Field => ({
          name,
          type: 'string',
          values: rows.map(({ metric }) => metric[name] ?? ''),
          labels: {},
        }),
      ),
      {
        name: valueName,
        type: 'number',
        values: rows.map(({ value }) => Number(value)),
        labels: {},
      },
    ],
  }
}

type Row = Map<string, unknown>
type Columns = readonly Pick<Field, 'name' | 'type'>[]

const rowsOf = (frame: Frame): Row[] =>
  Array.from(
    { length: lengthOf(frame) },
    (_, index) => new Map(frame.fields.map(({ name, values }) => [name, values[index]])),
  )

const frameOf = (refId: string, columns: Columns, rows: readonly Row[]): Frame => ({
  refId,
  fields: columns.map(({ name, type }) => ({
    ...{ name, type, labels: {} },
    values: rows.map((row) => row.get(name) ?? null),
  })),
})

const columnsOf = (frames: readonly Frame[]): Columns => {
  const columns = new Map<string, Pick<Field, 'name' | 'type'>>()
  for (const { fields } of frames)
    for (const { name, type } of fields) if (!columns.has(name)) columns.set(name, { name, type })
  return [...columns.values()]
}

/** Rows that agree in every column that all frames have become one. */
function merge(frames: readonly Frame[]): Frame[] {
  if (frames.length < 2) return [...frames]
  const shared = columnsOf(frames).filter(({ name }) =>
    frames.every(({ fields }) => fields.some((field) => field.name === name)),
  )
  return [
    joined(
      frames,
      shared.map(({ name }) => name),
    ),
  ]
}

function joined(frames: readonly Frame[], keys: readonly string[], isInner = false): Frame {
  const merged: { row: Row; seen: Set<Frame> }[] = []
  const byKey = new Map<string, { row: Row; seen: Set<Frame> }[]>()
  for (const frame of frames)
    for (const row of rowsOf(frame)) {
      const key = JSON.stringify(keys.map((name) => row.get(name)))
      const alike = byKey.get(key) ?? []
      const free = alike.find(({ seen }) => !seen.has(frame))
      if (free) {
        for (const [name, value] of row) free.row.set(name, value)
        free.seen.add(frame)
        continue
      }
      const made = { row, seen: new Set([frame]) }
      merged.push(made)
      byKey.set(key, [...alike, made])
    }
  const kept = isInner ? merged.filter(({ seen }) => seen.size === frames.length) : merged
  return frameOf(
    frames[0]?.refId ?? '',
    columnsOf(frames),
    kept.map(({ row }) => row),
  )
}

function organize(frame: Frame, options: Json): Frame {
  const [excluded, order, names] = [
    record(options.excludeByName),
    record(options.indexByName),
    record(options.renameByName),
  ]
  const included = record(options.includeByName)
  const isChosen = Object.values(included).some((value) => value === true)
  const placeOf = ({ name }: Field) => number(order[name]) ?? Number.MAX_SAFE_INTEGER
  return {
    ...frame,
    fields: frame.fields
      .filter(({ name }) => excluded[name] !== true && (!isChosen || included[name] === true))
      .toSorted((one, other) => placeOf(one) - placeOf(other))
      .map((field) => ({ ...field, name: text(names[field.name]) || field.name })),
  }
}

function filterFields(frame: Frame, options: Json): Frame {
  const { names, pattern } = record(options.include)
  const wanted = pattern === undefined ? undefined : patternOf(text(pattern))
  const excluded = texts(record(options.exclude).names)
  const isIncluded = (name: string) =>
    (names === undefined && pattern === undefined) ||
    texts(names).includes(name) ||
    (wanted?.test(name) ?? false)
  return {
    ...frame,
    fields: frame.fields.filter(({ name }) => isIncluded(name) && !excluded.includes(name)),
  }
}

/** Numbers by their size, text by the alphabet, and what is missing last. */
export function compare(one: unknown, other: unknown): number {
  const [isMissing, isOtherMissing] = [
    one === null || Number.isNaN(one),
    other === null || Number.isNaN(other),
  ]
  if (isMissing || isOtherMissing) return Number(isMissing) - Number(isOtherMissing)
  if (typeof one === 'number' && typeof other === 'number') return one - other
  return String(one).localeCompare(String(other), 'en', { numeric: true })
}

/** The rows in the order of one field. */
export function sorted(frame: Frame, name: string, isDescending: boolean): Frame {
  const field = frame.fields.find((one) => one.name === name)
  if (!field) return frame
  const order = field.values
    .map((_, index) => index)
    .sort((one, other) => {
      const [a, b] = [field.values[one], field.values[other]]
      return isDescending && a !== null && b !== null ? compare(b, a) : compare(a, b)
    })
  return {
    ...frame,
    fields: frame.fields.map((one) => ({
      ...one,
      values: order.map((index) => one.values[index]),
    })),
  }
}

function reduced(frames: readonly Frame[], names: readonly string[]): Frame {
  const fields = frames.flatMap((frame) => frame.fields.filter(({ type }) => type === 'number'))
  return {
    refId: frames[0]?.refId ?? '',
    fields: [
      { name: 'Field', type: 'string', values: fields.map(({ name }) => name), labels: {} },
      ...names.map(
        (name): Field => ({
          name: titleOf(name),
          type: 'number',
          values: fields.map(({ values }) => calculate(name, values as readonly (number | null)[])),
          labels: {},
        }),
      ),
    ],
  }
}

function labelsToFields(frame: Frame, options: Json): Frame {
  const valued = frame.fields.filter(({ labels }) => Object.keys(labels).length > 0)
  const kept = options.keepLabels === undefined ? undefined : texts(options.keepLabels)
  const length = lengthOf(frame)
  const columns = valued.flatMap(({ labels }) =>
    Object.entries(labels)
      .filter(([name]) => name !== options.valueLabel && (kept?.includes(name) ?? true))
      .map(
        ([name, value]): Field => ({
          name,
          type: 'string',
          values: new Array(length).fill(value),
          labels: {},
        }),
      ),
  )
  return {
    ...frame,
    fields: frame.fields.flatMap((field) =>
      field === valued[0]
        ? [
            ...columns,
            { ...field, name: field.labels[text(options.valueLabel)] ?? field.name, labels: {} },
          ]
        : [field],
    ),
  }
}

function renamed(frame: Frame, options: Json): Frame {
  const pattern = patternOf(text(options.regex))
  if (!pattern) return frame
  return {
    ...frame,
    fields: frame.fields.map((field) => ({
      ...field,
      name: field.name.replace(pattern, text(options.renamePattern)),
    })),
  }
}

function applied(frames: readonly Frame[], { id, options }: Transformation): readonly Frame[] {
  switch (id) {
    case 'merge':
      return merge(frames)
    case 'organize':
      return frames.map((frame) => organize(frame, options))
    case 'filterFieldsByName':
      return frames.map((frame) => filterFields(frame, options))
    case 'renameByRegex':
      return frames.map((frame) => renamed(frame, options))
    case 'labelsToFields':
      return frames.map((frame) => labelsToFields(frame, options))
    case 'sortBy': {
      const [first = {}] = list(options.sort)
      return frames.map((frame) => sorted(frame, text(first.field), first.desc === true))
    }
    case 'limit': {
      const most = Number(options.limitField ?? 10)
      return frames.map((frame) => ({
        ...frame,
        fields: frame.fields.map((field) => ({ ...field, values: field.values.slice(0, most) })),
      }))
    }
    case 'reduce':
      return [reduced(frames, texts(options.reducers))]
    case 'joinByField':
      return [joined(frames, [text(options.byField, 'Time')], options.mode === 'inner')]
    default:
      // The dashboard says which ones are not known.
      return frames
  }
}

/**
 * Carries out transformations, one after the other.
 * https://grafana.com/docs/grafana/latest/panels-visualizations/query-transform-data/transform-data/
 */
export const transform = (
  frames: readonly Frame[],
  transformations: readonly Transformation[],
): readonly Frame[] => transformations.reduce(applied, frames)
