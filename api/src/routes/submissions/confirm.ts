import { createRoute } from '@hono/zod-openapi'
import { operatorOf } from '../../auth/account.ts'
import { confirmSubmission } from '../../domain/submissions/review.ts'
import { Submission } from '../../domain/submissions/submission.ts'
import { note } from '../../http/env.ts'
import { IdParam, json, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'post',
  path: '/api/submissions/{id}/confirm',
  tags: ['submissions'],
  summary: 'The operator confirms a stream, for good',
  request: { params: IdParam('S') },
  responses: {
    200: json('The operator confirms a stream, for good.', Submission),
    ...refusals(401, 403, 404, 409, 503),
  },
})

export const confirmSubmissionRoute: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param')
    note(c, { submission_id: id })
    return c.json(await confirmSubmission(db, operatorOf(c), id), 200)
  })
