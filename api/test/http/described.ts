import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc from 'fast-check'

/** The part of an OpenAPI 3.1 document that is read. */
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> }
}
interface DescribedOperation {
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly schema: JsonSchema
  }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: JsonSchema }>> }
  readonly responses: Readonly<Record<string, unknown>>
}
interface JsonSchema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly pattern?: string
  readonly format?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
}

/** One operation of the document, with ways to make requests and to check answers. */
export interface Operation {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly parameters: fc.Arbitrary<Readonly<Record<string, string>>>
  readonly query: fc.Arbitrary<string>
  readonly body: fc.Arbitrary<unknown> | undefined
  readonly statuses: readonly number[]
  /** What is wrong with an answer; `undefined` when it is as described. */
  problem(status: number, body: unknown): string | undefined
}

/** Reads the operations of a document. */
export function operationsOf(document: OpenApiDocument): Operation[] {
  const ajv = new Ajv2020({ strict: false, allErrors: false })
  addFormats.default(ajv)
  ajv.addSchema(closed(document) as object, 'api')
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => {
      const { parameters = [], requestBody, responses } = described
      const bodySchema = requestBody?.content['application/json']?.schema
      const valuesOf = (place: string) =>
        parameters
          .filter((parameter) => parameter.in === place)
          .map(({ name, schema }) => [name, arbitraryOf(schema, document)] as const)
      return {
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        parameters: fc.record(Object.fromEntries(valuesOf('path'))).map(texts),
        query: fc
          .record(Object.fromEntries(valuesOf('query')), { requiredKeys: [] })
          .map((values) => new URLSearchParams(texts(values)).toString()),
        body: bodySchema && arbitraryOf(bodySchema, document),
        statuses: Object.keys(responses).map(Number),
        problem(status, body) {
          const response = responses[status] as { content?: object } | undefined
          if (!response) return `the status ${status} is not described`
          if (!response.content) return body === undefined ? undefined : 'a body is not described'
          const pointer = ['paths', path, method, 'responses', status, 'content']
          const validate = ajv.getSchema(
            `api#/${[...pointer, 'application/json', 'schema'].map(escaped).join('/')}`,
          )
          if (!validate) return `no schema for ${status}`
          return validate(body) ? undefined : ajv.errorsText(validate.errors)
        },
      }
    }),
  )
}

function texts(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))
}

function escaped(part: string | number): string {
  return encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1'))
}

/** The document with each object closed: a field that is not described is an error. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed)
  if (typeof value !== 'object' || value === null) return value
  const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, closed(inner)]))
  const isObject = copy.type === 'object' && copy.properties && !('additionalProperties' in copy)
  return isObject ? { ...copy, additionalProperties: false } : copy
}

const LONGEST_TEXT = 40

/** Values that a schema allows, with a preference for its limits. */
function arbitraryOf(schema: JsonSchema, document: OpenApiDocument): fc.Arbitrary<unknown> {
  const { $ref, anyOf, oneOf } = schema
  if ($ref) {
    const name = $ref.split('/').at(-1) ?? ''
    return arbitraryOf(document.components.schemas[name] ?? {}, document)
  }
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const choices = anyOf ?? oneOf
  if (choices) return fc.oneof(...choices.map((choice) => arbitraryOf(choice, document)))
  const types = [schema.type ?? 'null'].flat()
  return fc.oneof(...types.map((type) => ofType(type, schema, document)))
}

function ofType(
  type: string,
  schema: JsonSchema,
  document: OpenApiDocument,
): fc.Arbitrary<unknown> {
  if (type === 'integer' || type === 'number') {
    const min = schema.minimum ?? (schema.exclusiveMinimum ?? -1001) + 1
    const max = Math.max(min, Math.min(schema.maximum ?? Number.MAX_SAFE_INTEGER, 2 ** 53 - 1))
    return fc.integer({ min, max })
  }
  if (type === 'boolean') return fc.boolean()
  if (type === 'array') return fc.array(arbitraryOf(schema.items ?? {}, document), { maxLength: 3 })
  if (type === 'object') {
    const properties = Object.entries(schema.properties ?? {}).map(
      ([name, inner]) => [name, arbitraryOf(inner, document)] as const,
    )
    return fc.record(Object.fromEntries(properties), { requiredKeys: [...(schema.required ?? [])] })
  }
  return type === 'string' ? textOf(schema) : fc.constant(null)
}

function textOf({ pattern, format, minLength = 0, maxLength }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'email') return fc.nat(999_999).map((n) => `fuzz-${n}@example.test`)
  if (format === 'uri') return fc.webUrl()
  if (pattern) return fc.stringMatching(new RegExp(pattern))
  return fc.string({
    unit: 'grapheme',
    minLength,
    maxLength: Math.max(minLength, Math.min(maxLength ?? LONGEST_TEXT, LONGEST_TEXT)),
  })
}
