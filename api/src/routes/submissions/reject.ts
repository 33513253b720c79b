import { createRoute } from '@hono/zod-openapi'
import { operatorOf } from '../../auth/account.ts'
import { rejectSubmission } from '../../domain/submissions/review.ts'
import { Rejection, Submission } from '../../domain/submissions/submission.ts'
import { note } from '../../http/env.ts'
import { IdParam, json, jsonBody, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'post',
  path: '/api/submissions/{id}/reject',
  tags: ['submissions'],
  summary: 'The operator rejects a stream and says why',
  request: { params: IdParam('S'), ...jsonBody(Rejection) },
  responses: {
    200: json('The operator rejects a stream and says why.', Submission),
    ...refusals(400, 401, 403, 404, 409, 413, 415, 503),
  },
})

export const rejectSubmissionRoute: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param')
    note(c, { submission_id: id })
    return c.json(await rejectSubmission(db, operatorOf(c), id, c.req.valid('json').reason), 200)
  })
