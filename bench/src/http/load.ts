import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const REQUEST = 'GET /api/offers/7 HTTP/1.1\r\nHost: shop.example\r\n\r\n'

/** Connections to a server, kept alive between rounds. */
export interface Load {
  /** Asks on every connection, one request after the other; answers how many were answered. */
  press(milliseconds: number): Promise<number>
  close(): void
}

/**
 * Opens connections that ask for the same page. An answer fits into one packet, so each packet is
 * one: the generator must cost less than the server it presses.
 */
export async function openLoad(port: number, connections: number): Promise<Load> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)))
  let answered = 0
  let pressing = false
  for (const socket of sockets) {
    socket.on('data', () => {
      answered++
      if (pressing) socket.write(REQUEST)
    })
  }
  return {
    async press(milliseconds) {
      answered = 0
      pressing = true
      const start = performance.now()
      for (const socket of sockets) socket.write(REQUEST)
      await new Promise((resolve) => setTimeout(resolve, milliseconds))
      const rate = (answered / (performance.now() - start)) * milliseconds
      pressing = false
      // What is still on its way belongs to this round, not to the next contender's.
      await new Promise((resolve) => setTimeout(resolve, 5))
      return rate
    },
    close() {
      for (const socket of sockets) socket.destroy()
    },
  }
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  return socket
}
