import type { Db } from '../../db/query.ts'
import { TERMS } from '../terms.ts'

/** Opens the negotiation of an accepted offer: its terms lie on the table, approved by nobody yet. */
export const openNegotiation = async (tx: Db, offerId: string): Promise<void> => {
  await tx.query(
    `with opened as (
       insert into negotiations (offer_id, campaign_id, operator_id, streamer_id)
       select id, campaign_id, operator_id, streamer_id from offers where id = $1
       returning id)
     insert into negotiation_terms (negotiation_id, term, value)
     select opened.id, term, value
     from opened, offers,
       lateral (values ${TERMS.map((term) => `('${term}', offers.${term})`).join(', ')}) as terms (term, value)
     where offers.id = $1`,
    [offerId],
  )
}
