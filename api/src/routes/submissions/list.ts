import { createRoute } from '@hono/zod-openapi'
import { partyOf } from '../../auth/account.ts'
import { listSubmissions } from '../../domain/submissions/read.ts'
import { Submission } from '../../domain/submissions/submission.ts'
import { PageOf, PageQuery } from '../../http/page.ts'
import { IdParam, json, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'get',
  path: '/api/deals/{id}/submissions',
  tags: ['submissions'],
  summary: 'The submissions of a deal',
  request: { params: IdParam('D'), query: PageQuery('S') },
  responses: { 200: json('A page.', PageOf(Submission)), ...refusals(400, 401, 403, 404, 503) },
})

export const listSubmissionsRoute: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param')
    return c.json(await listSubmissions(db, partyOf(c), id, c.req.valid('query')), 200)
  })
