import { createRoute } from '@hono/zod-openapi'
import { partyOf } from '../../auth/account.ts'
import { declineOffer } from '../../domain/offers/answer.ts'
import { Offer } from '../../domain/offers/offer.ts'
import { note } from '../../http/env.ts'
import { IdParam, json, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'post',
  path: '/api/offers/{id}/decline',
  tags: ['offers'],
  summary: 'The receiver declines',
  request: { params: IdParam('O') },
  responses: { 200: json('The receiver declines.', Offer), ...refusals(401, 403, 404, 409, 503) },
})

export const declineOfferRoute: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param')
    note(c, { offer_id: id })
    return c.json(await declineOffer(db, partyOf(c), id), 200)
  })
