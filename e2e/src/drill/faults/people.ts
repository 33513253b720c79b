import { limits } from '@verifluence/monitoring/domain'
import type { Drill } from '../drill.ts'
import { MINUTE } from '../minutes.ts'
import { addDeal, addOffer } from '../site/scenery.ts'
import type { WholeSite } from '../site/site.ts'

/** Something lies there since shortly before its limit. */
const longAgo = (limitSeconds: number) => new Date(Date.now() - (limitSeconds - 30) * 1000)

const { offers, session_submissions: submissions } = limits.waiting

export const offerWaits: Drill<WholeSite> = {
  name: 'offer-waits',
  failure: 'F21',
  does: 'an offer is backdated to just below two days without an answer',
  cause: async (site) => {
    const since = longAgo(offers)
    await addOffer(site, since)
    return {
      since,
      mend: () => site.database.run(`update offers set status = 'accepted', status_at = now()`),
    }
  },
  arrives: [{ alert: 'OfferWaiting', within: offers + 5 * MINUTE, shows: / => 17\d{4}/ }],
  resolvedWithin: 4 * MINUTE,
}

export const submissionWaits: Drill<WholeSite> = {
  name: 'submission-waits',
  failure: 'F21',
  does: 'a submission is backdated to just below a day without a review',
  cause: async (site) => {
    const since = longAgo(submissions)
    await addDeal(site)
    await site.database.run(
      `insert into session_submissions (deal_id, slot, stream_url, submitted_at)
       select max(id), 1, 'https://kick.com/drill/videos/1', $1 from deals`,
      [since],
    )
    return {
      since,
      mend: () =>
        site.database.run(
          `update session_submissions set status = 'confirmed', decided_at = now()`,
        ),
    }
  },
  arrives: [{ alert: 'SubmissionWaiting', within: submissions + 5 * MINUTE, shows: / => 86\d{3}/ }],
  resolvedWithin: 4 * MINUTE,
}
