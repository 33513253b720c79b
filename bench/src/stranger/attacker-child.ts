/** A stranger's side, in a process of its own: attacks one port as its parent says, until it is ended. */
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { openConnections } from '../sender/connections.ts'

/** What the parent sends. */
export type Attack =
  | {
      /** Keeps connections open whose requests never end, and opens each again when it is closed. */
      readonly kind: 'unfinished'
      readonly port: number
      readonly connections: number
      readonly request: Uint8Array
    }
  | {
      /** Sends requests at a rate, whether or not earlier ones were answered. */
      readonly kind: 'flood'
      readonly port: number
      readonly perSecond: number
      readonly request: Uint8Array
    }

/** Answers that may be outstanding; beyond it the server is the bottleneck, and the rate drops. */
const MOST_OUTSTANDING = 500
/** A connection that the server closes is opened again after this, up to twice as long. */
const BEFORE_NEXT_TRY_MS = 5_000

function hold(port: number, request: Uint8Array): void {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('connect', () => socket.write(request))
  socket.on('data', () => {})
  socket.on('error', () => {})
  socket.on('close', () => {
    setTimeout(() => hold(port, request), BEFORE_NEXT_TRY_MS * (1 + Math.random()))
  })
}

async function flood(port: number, request: Uint8Array, perSecond: number): Promise<void> {
  const { exchange } = openConnections(port)
  const bytes = Buffer.from(request)
  const startedAt = performance.now()
  let outstanding = 0
  for (let sent = 0; ; ) {
    const due = ((performance.now() - startedAt) / 1000) * perSecond
    for (; sent < due; sent++) {
      if (outstanding >= MOST_OUTSTANDING) continue
      outstanding++
      void exchange(bytes).finally(() => outstanding--)
    }
    await pause(2)
  }
}

process.on('message', (attack: Attack) => {
  if (attack.kind === 'flood') return void flood(attack.port, attack.request, attack.perSecond)
  for (let opened = 0; opened < attack.connections; opened++) hold(attack.port, attack.request)
})
process.on('disconnect', () => process.exit())
