import { connect, createServer, type Socket } from 'node:net'

/** A way to a server that can be cut and restored, as a network or a database that goes away. */
export interface Severable {
  readonly port: number
  /** Breaks what is open and refuses what is new. */
  cut(): void
  /** Accepts connections again. */
  restore(): void
  /** Takes connections and bytes but passes nothing on, as a server that hangs. */
  freeze(): void
  close(): Promise<void>
}

/** Opens a port that leads to another one of this machine. */
export async function severable(target: { port: number; host: string }): Promise<Severable> {
  let state: 'open' | 'cut' | 'frozen' = 'open'
  const sockets = new Set<Socket>()
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  }
  const server = createServer((inner) => {
    keep(inner)
    if (state === 'cut') return void inner.resetAndDestroy()
    if (state === 'frozen') return void inner.resume()
    const outer = connect(target.port, target.host)
    keep(outer)
    inner.on('data', (bytes) => state === 'open' && outer.write(bytes))
    outer.on('data', (bytes) => state === 'open' && inner.write(bytes))
    inner.on('close', () => outer.destroy())
    outer.on('close', () => inner.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const breakAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: address.port,
    cut: () => {
      state = 'cut'
      breakAll()
    },
    freeze: () => {
      state = 'frozen'
    },
    restore: () => {
      // What hung while frozen has lost bytes; it cannot be taken up again.
      if (state === 'frozen') breakAll()
      state = 'open'
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        breakAll()
      }),
  }
}
