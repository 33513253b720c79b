import { useEffect, useState } from 'preact/hooks'
import type { Labels } from '../server/state.ts'

/** @throws Error with the server's own sentence where it refuses. */
export async function ask<Answer>(path: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(path, init).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new Error('The console does not answer: is `npm start` still running?')
  })
  const text = await response.text()
  let answer: unknown
  try {
    answer = text === '' ? {} : JSON.parse(text)
  } catch {
    throw new Error(`${path} answers ${response.status} without JSON.`)
  }
  if (response.ok) return answer as Answer
  const { error } = answer as { error?: string }
  throw new Error(error ?? `${path} answers ${response.status}.`)
}

/** Changes something by way of the server. */
export const post = <Answer>(path: string, body: unknown = {}): Promise<Answer> =>
  ask<Answer>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

interface Asked<Answer> {
  readonly data: Answer | undefined
  /** What the last request failed with; the data before it stays. */
  readonly error: string | undefined
  readonly again: () => void
}

/**
 * Asks when the component appears, whenever a key changes, and every so many milliseconds (0: never
 * again) while the page is visible.
 */
export function useAsked<Answer>(
  look: (signal: AbortSignal) => Promise<Answer>,
  everyMs: number,
  keys: readonly unknown[],
): Asked<Answer> {
  const [state, setState] = useState<Omit<Asked<Answer>, 'again'>>({
    data: undefined,
    error: undefined,
  })
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    const left = new AbortController()
    const { signal } = left
    const once = async () => {
      try {
        const data = await look(signal)
        if (!signal.aborted) setState({ data, error: undefined })
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error)
        if (!signal.aborted) setState(({ data }) => ({ data, error: words }))
      }
    }
    void once()
    const timer = everyMs > 0 ? setInterval(() => document.hidden || once(), everyMs) : undefined
    return () => {
      left.abort()
      clearInterval(timer)
    }
  }, [...keys, turn, everyMs])
  return { ...state, again: () => setTurn((count) => count + 1) }
}

/** A series of a range query, as Prometheus has it: seconds and a number as text. */
export interface RangeSeries {
  readonly metric: Labels
  readonly values: readonly (readonly [number, string])[]
}
export interface InstantSeries {
  readonly metric: Labels
  readonly value: readonly [number, string]
}

const AT_ONCE = 6
const waiting: (() => void)[] = []
let running = 0

/** Lets at most six requests run at a time: a browser has no more connections, and Prometheus no haste. */
async function inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
  running += 1
  try {
    return await work()
  } finally {
    running -= 1
    waiting.shift()?.()
  }
}

const underway = new Map<string, Promise<unknown>>()

/** The same question that is asked twice at the same time goes out once. */
function shared<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  let answer = underway.get(path) as Promise<Answer> | undefined
  if (!answer) {
    answer = inTurn(() => ask<{ data: Answer }>(path)).then(({ data }) => data)
    underway.set(path, answer)
    const forget = () => underway.delete(path)
    answer.then(forget, forget)
  }
  return signal ? Promise.race([answer, aborted(signal)]) : answer
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(new DOMException('No longer wanted', 'AbortError'))
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
  })
}

const pathTo = (
  what: string,
  parameters: Readonly<Record<string, string | number | undefined>>,
) => {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  )
  return `/api/prometheus/${what}?${new URLSearchParams(given)}`
}

/** Prometheus' queries, through the console's server. Times are seconds since 1970. */
export const prometheus = {
  range: async (
    query: { expr: string; start: number; end: number; step: number },
    signal?: AbortSignal,
  ): Promise<readonly RangeSeries[]> => {
    const { expr, start, end, step } = query
    const path = pathTo('query_range', { query: expr, start, end, step })
    return (await shared<{ result: RangeSeries[] }>(path, signal)).result
  },
  instant: async (
    { expr, time }: { expr: string; time?: number },
    signal?: AbortSignal,
  ): Promise<readonly InstantSeries[]> => {
    const path = pathTo('query', { query: expr, time })
    const { resultType, result } = await shared<{
      resultType: string
      result: InstantSeries[] | InstantSeries['value']
    }>(path, signal)
    if (resultType === 'scalar' || resultType === 'string')
      return [{ metric: {}, value: result as InstantSeries['value'] }]
    return result as InstantSeries[]
  },
  /** The samples that a range selector, such as `up[5m]`, finds as they were stored. */
  samples: async (
    { expr, time }: { expr: string; time: number },
    signal?: AbortSignal,
  ): Promise<readonly RangeSeries[]> => {
    const path = pathTo('query', { query: expr, time })
    return (await shared<{ result: RangeSeries[] }>(path, signal)).result
  },
  labelValues: (
    label: string,
    match: readonly string[] = [],
    start?: number,
    end?: number,
    signal?: AbortSignal,
  ): Promise<readonly string[]> => {
    const path = pathTo(`label/${label}/values`, { start, end })
    const selected = match.map((one) => `&match[]=${encodeURIComponent(one)}`).join('')
    return shared(`${path}${selected}`, signal)
  },
  metadata: (signal?: AbortSignal) =>
    shared<Record<string, { type: string; help: string; unit: string }[]>>(
      pathTo('metadata', {}),
      signal,
    ),
}
