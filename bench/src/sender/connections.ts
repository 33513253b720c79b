import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Connections to one server, as many as are needed at once, kept alive in between. */
export interface Connections {
  /** Sends a whole HTTP request; resolves with the status of its answer, 0 when there was none. */
  exchange(request: Buffer): Promise<number>
  close(): void
}

/**
 * Written by hand, because a sender on the machine that is measured must cost less than the server.
 * Every answer is taken to fit into one packet.
 */
export function openConnections(port: number): Connections {
  const idle: Socket[] = []
  const all = new Set<Socket>()

  async function open(): Promise<Socket> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    all.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => {
      all.delete(socket)
      const at = idle.indexOf(socket)
      if (at >= 0) idle.splice(at, 1)
    })
    await once(socket, 'connect')
    return socket
  }

  return {
    async exchange(request) {
      const socket = idle.shift() ?? (await open().catch(() => undefined))
      if (!socket) return 0
      socket.write(request)
      const answer = await answerOn(socket)
      if (answer !== undefined) idle.push(socket)
      return Number(answer?.subarray(STATUS, STATUS + 3).toString('latin1') ?? 0)
    },
    close() {
      for (const socket of all) socket.destroy()
    },
  }
}

/** Where the status stands in `HTTP/1.1 200 OK`. */
const STATUS = 9

function answerOn(socket: Socket): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const settle = (answer?: Buffer) => {
      socket.off('data', settle)
      socket.off('close', fail)
      resolve(answer)
    }
    const fail = () => settle()
    socket.on('data', settle)
    socket.on('close', fail)
  })
}
