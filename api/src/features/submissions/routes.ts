import { createRoute, z } from '@hono/zod-openapi'
import {
  type AddRoutes,
  addLogFields,
  operatorOf,
  partyOf,
  streamerOf,
} from '../../http/context.ts'
import { IdParam, json, jsonBody, PageOf, PageQuery, refusals } from '../../http/openapi.ts'
import { getSubmission, listSubmissions } from './queries.ts'
import { NewSubmission, Rejection, Submission } from './schema.ts'
import { confirmSubmission, rejectSubmission, submitStream } from './service.ts'

const listRoute = createRoute({
  method: 'get',
  path: '/api/deals/{id}/submissions',
  tags: ['submissions'],
  summary: 'The submissions of a deal',
  request: { params: IdParam('D'), query: PageQuery('S') },
  responses: { 200: json('A page.', PageOf(Submission)), ...refusals(400, 401, 403, 404, 503) },
})

const SlotParam = IdParam('D').extend({
  slot: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .openapi({ param: { name: 'slot', in: 'path' } }),
})

const submitRoute = createRoute({
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

const showRoute = createRoute({
  method: 'get',
  path: '/api/submissions/{id}',
  tags: ['submissions'],
  summary: 'One submission',
  request: { params: IdParam('S') },
  responses: { 200: json('One submission.', Submission), ...refusals(401, 403, 404, 503) },
})

const confirmRoute = createRoute({
  method: 'post',
  path: '/api/submissions/{id}/confirm',
  tags: ['submissions'],
  summary: 'The operator confirms a stream, for good',
  request: { params: IdParam('S') },
  responses: {
    200: json('The operator confirms a stream, for good.', Submission),
    ...refusals(401, 403, 404, 409, 413, 415, 503),
  },
})

const rejectRoute = createRoute({
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

/** Adds the routes of submissions. */
export const addSubmissionRoutes: AddRoutes = (app, { db }) => {
  app.openapi(listRoute, async (c) => {
    const { id } = c.req.valid('param')
    return c.json(await listSubmissions(db, partyOf(c), id, c.req.valid('query')), 200)
  })

  app.openapi(submitRoute, async (c) => {
    const { id, slot } = c.req.valid('param')
    addLogFields(c, { deal_id: id })
    const submission = await submitStream(db, streamerOf(c), id, slot, c.req.valid('json'))
    addLogFields(c, { submission_id: submission.id })
    return c.json(submission, 200)
  })

  app.openapi(showRoute, async (c) =>
    c.json(await getSubmission(db, partyOf(c), c.req.valid('param').id), 200),
  )

  app.openapi(confirmRoute, async (c) => {
    const { id } = c.req.valid('param')
    addLogFields(c, { submission_id: id })
    return c.json(await confirmSubmission(db, operatorOf(c), id), 200)
  })

  app.openapi(rejectRoute, async (c) => {
    const { id } = c.req.valid('param')
    addLogFields(c, { submission_id: id })
    return c.json(await rejectSubmission(db, operatorOf(c), id, c.req.valid('json').reason), 200)
  })
}
