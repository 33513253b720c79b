import { createRoute, z } from '@hono/zod-openapi'
import { TermValue } from '../../domain/fields.ts'
import { type AddRoutes, addLogFields, partyOf } from '../../http/context.ts'
import { IdParam, json, jsonBody, PageOf, PageQuery, refusals } from '../../http/openapi.ts'
import { getNegotiation, listNegotiations } from './queries.ts'
import { Negotiation, NegotiationStatus, TermParam } from './schema.ts'
import { approveTerm, cancelNegotiation, counterTerm } from './service.ts'

const listRoute = createRoute({
  method: 'get',
  path: '/api/negotiations',
  tags: ['negotiations'],
  summary: 'Own negotiations',
  request: { query: PageQuery('N').extend({ status: NegotiationStatus.optional() }) },
  responses: { 200: json('A page.', PageOf(Negotiation)), ...refusals(400, 401, 403, 503) },
})

const showRoute = createRoute({
  method: 'get',
  path: '/api/negotiations/{id}',
  tags: ['negotiations'],
  summary: 'One negotiation',
  request: { params: IdParam('N') },
  responses: { 200: json('One negotiation.', Negotiation), ...refusals(401, 403, 404, 503) },
})

const cancelRoute = createRoute({
  method: 'post',
  path: '/api/negotiations/{id}/cancel',
  tags: ['negotiations'],
  summary: 'Either side walks away',
  request: { params: IdParam('N') },
  responses: {
    200: json('Either side walks away.', Negotiation),
    ...refusals(401, 403, 404, 409, 413, 415, 503),
  },
})

const approveTermRoute = createRoute({
  method: 'post',
  path: '/api/negotiations/{id}/terms/{term}/approve',
  tags: ['negotiations'],
  summary: 'This side approves a term as it stands',
  request: { params: TermParam },
  responses: {
    200: json('The negotiation; agreed after the tenth approval.', Negotiation),
    ...refusals(401, 403, 404, 409, 413, 415, 503),
  },
})

const counterTermRoute = createRoute({
  method: 'post',
  path: '/api/negotiations/{id}/terms/{term}/counter',
  tags: ['negotiations'],
  summary: "This side wants another value; the other side's approval is gone",
  request: { params: TermParam, ...jsonBody(z.object({ value: TermValue }).openapi('Counter')) },
  responses: {
    200: json('The negotiation.', Negotiation),
    ...refusals(400, 401, 403, 404, 409, 413, 415, 503),
  },
})

/** Adds the routes of negotiations. */
export const addNegotiationRoutes: AddRoutes = (app, { db }) => {
  app.openapi(listRoute, async (c) =>
    c.json(await listNegotiations(db, partyOf(c), c.req.valid('query')), 200),
  )

  app.openapi(showRoute, async (c) =>
    c.json(await getNegotiation(db, partyOf(c), c.req.valid('param').id), 200),
  )

  app.openapi(cancelRoute, async (c) => {
    const { id } = c.req.valid('param')
    addLogFields(c, { negotiation_id: id })
    return c.json(await cancelNegotiation(db, partyOf(c), id), 200)
  })

  app.openapi(approveTermRoute, async (c) => {
    const { id, term } = c.req.valid('param')
    addLogFields(c, { negotiation_id: id })
    return c.json(await approveTerm(db, partyOf(c), id, term), 200)
  })

  app.openapi(counterTermRoute, async (c) => {
    const { id, term } = c.req.valid('param')
    const { value } = c.req.valid('json')
    addLogFields(c, { negotiation_id: id })
    return c.json(await counterTerm(db, partyOf(c), id, { term, value }), 200)
  })
}
