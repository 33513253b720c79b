export type Json = Readonly<Record<string, unknown>>

export const record = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
export const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(record) : [])
export const text = (value: unknown, fallback = ''): string =>
  typeof value === 'string' ? value : fallback
export const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined
export const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String)
/** Leaves out what is not there: `{ min: undefined }` is not `{}`. */
export const given = <Name extends string, Value>(name: Name, value: Value | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [key in Name]?: Value }

/** Puts a value at a path such as `custom.hideFrom`, without changing what was there. */
export function withValue(json: Json, path: string, value: unknown): Json {
  const [first = '', ...rest] = path.split('.')
  if (first === '__proto__') return json
  return {
    ...json,
    [first]: rest.length === 0 ? value : withValue(record(json[first]), rest.join('.'), value),
  }
}
