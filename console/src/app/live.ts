import { useEffect, useState } from 'preact/hooks'
import type { LiveState } from '../server/state.ts'

/** The state from the live stream, and whether it is connected. */
export interface Live {
  readonly state: LiveState | undefined
  readonly connected: boolean
}

const listeners = new Set<() => void>()
let current: Live = { state: undefined, connected: false }
let source: EventSource | undefined

function update(change: Partial<Live>): void {
  current = { ...current, ...change }
  for (const listener of listeners) listener()
}

function connect(): void {
  if (source) return
  source = new EventSource('/api/live')
  source.addEventListener('slices', ({ data }) => {
    const slices = JSON.parse(data) as Partial<LiveState>
    const state: LiveState = { now: Date.now(), upstreams: {}, ...current.state, ...slices }
    update({ state, connected: true })
  })
  source.addEventListener('error', () => {
    update({ connected: false })
    // A browser gives up by itself where the answer was an error.
    if (source?.readyState !== EventSource.CLOSED) return
    source = undefined
    setTimeout(() => document.hidden || connect(), 1_000)
  })
}

/** A hidden page listens to nothing. */
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) return connect()
  source?.close()
  source = undefined
})
connect()

/** The live state of everything; the component renders again whenever it changes. */
export function useLive(): Live {
  const [live, setLive] = useState(current)
  useEffect(() => {
    const listener = () => setLive(current)
    listeners.add(listener)
    listener()
    return () => void listeners.delete(listener)
  }, [])
  return live
}
