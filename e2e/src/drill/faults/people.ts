import { limits } from '@verifluence/monitoring/domain'
import type { Drill } from '../drill.ts'
import { MINUTE } from '../drill.ts'
import type { System } from '../environment/environment.ts'
import { addDeal, addOffer } from '../environment/fixtures.ts'

/** A moment just short of the limit. */
const longAgo = (limitSeconds: number) => new Date(Date.now() - (limitSeconds - 30) * 1000)

const { offers, session_submissions: submissions } = limits.waiting

export const offerWaits: Drill<System> = {
  name: 'offer-waits',
  failure: 'F21',
  does: 'an offer is backdated to just below two days without an answer',
  cause: async (system) => {
    const since = longAgo(offers)
    await addOffer(system, since)
    return {
      since,
      recover: () =>
        system.database.run(`update offers set status = 'accepted', status_at = now()`),
    }
  },
  expects: [{ alert: 'OfferWaiting', within: offers + 5 * MINUTE, shows: / => 17\d{4}/ }],
  resolvedWithin: 4 * MINUTE,
}

export const submissionWaits: Drill<System> = {
  name: 'submission-waits',
  failure: 'F21',
  does: 'a submission is backdated to just below a day without a review',
  cause: async (system) => {
    const since = longAgo(submissions)
    await addDeal(system)
    await system.database.run(
      `insert into session_submissions (deal_id, slot, stream_url, submitted_at)
       select max(id), 1, 'https://kick.com/drill/videos/1', $1 from deals`,
      [since],
    )
    return {
      since,
      recover: () =>
        system.database.run(
          `update session_submissions set status = 'confirmed', decided_at = now()`,
        ),
    }
  },
  expects: [{ alert: 'SubmissionWaiting', within: submissions + 5 * MINUTE, shows: / => 86\d{3}/ }],
  resolvedWithin: 4 * MINUTE,
}
