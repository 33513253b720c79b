import { createServer } from 'node:net'

/** Below the range the kernel takes outgoing ports from (32768…), so no client socket is in the way. */
const FIRST = 20_000
const LAST = 32_000

/** Whether something already listens on this port of the loopback address. */
export function portTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(true))
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      probe.close(() => resolve(false))
    })
  })
}

/** A port nobody listens on, for instances that run side by side. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST))
    if (!(await portTaken(port))) return port
  }
}
