import { createServer } from 'node:net'

/** Below the range the kernel takes outgoing ports from (32768…), so no client socket is in the way. */
const FIRST = 20_000
const LAST = 32_000
const BLOCK = 200

/** Whether something already listens on this port of the loopback address. */
export async function portTaken(port: number): Promise<boolean> {
  const probe = await listen(port)
  if (probe === undefined) return true
  await new Promise((closed) => probe.close(closed))
  return false
}

/**
 * A free port for instances that run in parallel. Between the look at a port and the
 * service that listens there pass seconds in which another process may draw the same one. So each
 * process draws from a block of its own, and the same port again only after all others of it.
 *
 * @throws Error when every block or every port of the block is in use.
 */
export async function freePort(): Promise<number> {
  ownBlock ??= claimBlock()
  const block = await ownBlock
  for (let tries = 1; tries < BLOCK; tries++) {
    const port = block.next()
    if (!(await portTaken(port))) return port
  }
  throw new Error(`All ports from ${block.first} to ${block.first + BLOCK - 1} are in use.`)
}

type Block = { readonly first: number; readonly next: () => number }

let ownBlock: Promise<Block> | undefined

/** Who listens on a block's first port owns the block; the kernel gives it back when the process is gone. */
async function claimBlock(): Promise<Block> {
  for (let first = FIRST; first < LAST; first += BLOCK) {
    const hold = await listen(first)
    if (hold === undefined) continue
    hold.unref()
    let drawn = 0
    return { first, next: () => first + 1 + (drawn++ % (BLOCK - 1)) }
  }
  throw new Error(`All blocks of ports from ${FIRST} to ${LAST - 1} are in use.`)
}

/** `undefined` if another process listens there. */
function listen(port: number) {
  const server = createServer()
  return new Promise<typeof server | undefined>((resolve) => {
    server.once('error', () => resolve(undefined))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server))
  })
}
