import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const FORWARDED_ID = /^[\w-]{8,64}$/
const ASSIGNED = Symbol('request id')

type Identified = IncomingMessage & { [ASSIGNED]?: string }

/** The id of a request: the one its caller sent if it looks like one, else a new one. */
export const chooseRequestId = (forwarded: string | undefined): string =>
  forwarded !== undefined && FORWARDED_ID.test(forwarded) ? forwarded : randomUUID()

/** Writes the id on the request itself, for what sees requests below the application. */
export const assignRequestId = (incoming: IncomingMessage, id: string): void => {
  const identified: Identified = incoming
  identified[ASSIGNED] = id
}

/** The id of a request that reached the application. */
export const requestIdOf = (incoming: IncomingMessage): string | undefined =>
  (incoming as Identified)[ASSIGNED]
