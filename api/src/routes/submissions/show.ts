import { createRoute } from '@hono/zod-openapi'
import { partyOf } from '../../auth/account.ts'
import { getSubmission } from '../../domain/submissions/read.ts'
import { Submission } from '../../domain/submissions/submission.ts'
import { IdParam, json, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'get',
  path: '/api/submissions/{id}',
  tags: ['submissions'],
  summary: 'One submission',
  request: { params: IdParam('S') },
  responses: { 200: json('One submission.', Submission), ...refusals(401, 403, 404, 503) },
})

export const showSubmission: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) =>
    c.json(await getSubmission(db, partyOf(c), c.req.valid('param').id), 200),
  )
