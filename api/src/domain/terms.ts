import { z } from '@hono/zod-openapi'
import { belowFloor, invalid } from './errors.ts'
import { TermValue } from './fields.ts'

/** What two sides bargain about, in the order people read it. */
export const TERMS = [
  'timeframe',
  'deliveries',
  'min_viewers',
  'min_duration',
  'payment_per_stream',
] as const

export type Term = (typeof TERMS)[number]
export type Terms = Readonly<Record<Term, number>>

/** Days, streams, viewers, minutes, cents. */
export const TermsSchema = z
  .object({
    timeframe: TermValue.openapi({ description: 'Days in which all streams are delivered.' }),
    deliveries: TermValue.max(1000).openapi({ description: 'Streams, one slot each.' }),
    min_viewers: TermValue.openapi({ description: 'Average viewers each stream needs.' }),
    min_duration: TermValue.openapi({ description: 'Minutes each stream lasts at least.' }),
    payment_per_stream: TermValue.openapi({ description: 'Cents.' }),
  })
  .openapi('Terms')

/** The five columns of a table as one JSON object named `alias`. */
export function termsColumns(table: string, alias: string, prefix = '') {
  return `json_build_object(${TERMS.map((term) => `'${term}', ${table}.${prefix}${term}`).join(', ')}) as ${alias}`
}

/** The values in the order of the terms, as parameters of a statement. */
export function termValues(terms: Terms) {
  return TERMS.map((term) => terms[term])
}

/** @throws 400 naming `value` when it is none that this term can have. */
export function checkValue(term: Term, value: number) {
  const checked = TermsSchema.shape[term].safeParse(value)
  if (!checked.success) throw invalid('value', `value: ${checked.error.issues[0]?.message}`)
}

/** @throws 400 naming the first term that is below the campaign's floor. */
export function checkFloors(terms: Partial<Terms>, floors: Terms, path = 'terms.') {
  for (const term of TERMS) {
    const value = terms[term]
    if (value !== undefined && value < floors[term]) {
      throw belowFloor(`${path}${term}`, floors[term])
    }
  }
}
