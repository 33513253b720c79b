import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../http/env.ts'
import { json } from '../http/schemas.ts'
import { createReceiver, type Receiving } from '../webhooks/receiver/receive.ts'

const Answer = z.object({ status: z.string(), message: z.string().optional() }).openapi('Received')

/** For the document alone: the receiver reads headers and raw bytes itself, in an order of its own. */
const description = createRoute({
  method: 'post',
  path: '/wh/kick',
  tags: ['webhooks'],
  security: [],
  summary: 'Takes a delivery of Kick',
  responses: {
    200: json('Stored now, or before: `already_processed`.', Answer),
    400: json('A header is missing.', Answer),
    401: json('The signature or the timestamp does not fit.', Answer),
    405: json('Another method than POST.', Answer),
    413: json('The body is larger than 1 MiB.', Answer),
    500: json('Not stored.', Answer),
  },
})

export const addKickWebhook = (app: OpenAPIHono<AppEnv>, receiving: Receiving) => {
  app.openAPIRegistry.registerPath(description)
  const receive = createReceiver(receiving)
  app.post('/wh/kick', receive)
  // Every other method has its own answer, and is counted.
  app.all('/wh/kick', receive)
}
