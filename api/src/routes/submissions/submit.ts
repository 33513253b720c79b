import { createRoute, z } from '@hono/zod-openapi'
import { streamerOf } from '../../auth/account.ts'
import { NewSubmission, Submission } from '../../domain/submissions/submission.ts'
import { submitStream } from '../../domain/submissions/submit.ts'
import { note } from '../../http/env.ts'
import { IdParam, json, jsonBody, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const SlotParam = IdParam('D').extend({
  slot: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .openapi({ param: { name: 'slot', in: 'path' } }),
})

const route = createRoute({
  method: 'put',
  path: '/api/deals/{id}/submissions/{slot}',
  tags: ['submissions'],
  summary: 'The streamer hands in a stream for a slot',
  request: { params: SlotParam, ...jsonBody(NewSubmission) },
  responses: {
    200: json('The submission, waiting for review.', Submission),
    ...refusals(400, 401, 403, 404, 409, 413, 415, 503),
  },
})

export const submitStreamRoute: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) => {
    const { id, slot } = c.req.valid('param')
    note(c, { deal_id: id })
    const submission = await submitStream(db, streamerOf(c), id, slot, c.req.valid('json'))
    note(c, { submission_id: submission.id })
    return c.json(submission, 200)
  })
