import { RefusedError, UnreadableError } from '../http/errors.ts'
import type { Answer } from '../http/exchange.ts'
import { retryAfterMs } from '../http/retry.ts'

/**
 * The items of a successful answer of Kick's API. `data` may be a list, one object, or nothing.
 *
 * @throws RefusedError for a status other than 2xx; UnreadableError for a 2xx without usable `data`.
 */
export function itemsOf(call: string, answer: Answer): unknown[] {
  if (!answer.ok) throw refusal(call, answer)
  const data = dataOf(answer)
  if (Array.isArray(data)) return data
  if (typeof data === 'string')
    throw new UnreadableError(call, `data is the text "${answer.excerpt(data)}"`)
  if (!isRecord(answer.json) || !('data' in answer.json)) {
    throw new UnreadableError(call, answer.text === '' ? 'it is empty' : 'no envelope with data')
  }
  return isRecord(data) && Object.keys(data).length > 0 ? [data] : []
}

/** The error for an answer other than 2xx, in whichever of its shapes Kick gives the reason. */
export function refusal(call: string, answer: Answer): RefusedError {
  const { status, json, headers } = answer
  return new RefusedError(call, {
    status,
    reason: reasonOf(json, answer.excerpt),
    code: isRecord(json) && typeof json.error === 'string' ? json.error : undefined,
    retryAfterMs: retryAfterMs(headers),
  })
}

/**
 * API: `{"data":"why","message":"Bad request"}` or `{"data":{},"message":"Unauthorized"}`; OAuth and
 * the edge: `{"error":"…","error_description":"…"}`; at times an empty body.
 */
function reasonOf(json: unknown, excerpt: Answer['excerpt']): string | undefined {
  if (!isRecord(json)) return undefined
  const parts = [json.error, json.error_description, json.message, json.data]
  const text = parts.filter((part) => typeof part === 'string' && part !== '').join(': ')
  return text === '' ? undefined : excerpt(text)
}

function dataOf(answer: Answer): unknown {
  return isRecord(answer.json) ? answer.json.data : undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Clocks differ, but not by more. */
const AHEAD_MS = 24 * 3_600_000

/**
 * An instant as Kick writes it: RFC 3339, up to nine digits of fraction, with `Z` or an offset. Kick
 * stands for "no time" with Go's zero time, the year 1. Reported times lie in the past: a start in the
 * year 9999 would outlast every later one.
 *
 * @returns `undefined` for no time, null, text that is no time, and what lies far ahead.
 */
export function kickInstant(text: string | null | undefined): Date | undefined {
  if (!text) return undefined
  const instant = new Date(text)
  const makesSense = instant.getTime() > 0 && instant.getTime() < Date.now() + AHEAD_MS
  return makesSense ? instant : undefined
}
