/**
 * The methods that get a series of their own, for the catalogue: `oneOf('method', HTTP_METHODS)`.
 * Node's parser accepts 35 of them and other runtimes accept any word; those are `other`, or a
 * scanner could fill Prometheus.
 */
export const HTTP_METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'other',
] as const

export type HttpMethod = (typeof HTTP_METHODS)[number]

const known = new Map<string | undefined, HttpMethod>(
  HTTP_METHODS.map((method) => [method, method]),
)

/** The label value of a request's method. */
export const methodLabel = (method: string | undefined): HttpMethod => known.get(method) ?? 'other'
