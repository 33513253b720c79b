import type { RouteModule } from '../http/services.ts'
import { connectKickRoute } from './accounts/connect-kick.ts'
import { registerOperatorRoute } from './accounts/register-operator.ts'
import { registerStreamerRoute } from './accounts/register-streamer.ts'
import { showMe } from './accounts/show-me.ts'
import { cancelCampaignRoute } from './campaigns/cancel.ts'
import { createCampaignRoute } from './campaigns/create.ts'
import { fundCampaignRoute } from './campaigns/fund.ts'
import { listCampaignsRoute } from './campaigns/list.ts'
import { showCampaign } from './campaigns/show.ts'
import { cancelDealRoute } from './deals/cancel.ts'
import { listDealsRoute } from './deals/list.ts'
import { makeDealRoute } from './deals/make.ts'
import { refundDealRoute } from './deals/refund.ts'
import { showDeal } from './deals/show.ts'
import { approveTermRoute } from './negotiations/approve-term.ts'
import { cancelNegotiationRoute } from './negotiations/cancel.ts'
import { counterTermRoute } from './negotiations/counter-term.ts'
import { listNegotiationsRoute } from './negotiations/list.ts'
import { showNegotiation } from './negotiations/show.ts'
import { acceptOfferRoute } from './offers/accept.ts'
import { declineOfferRoute } from './offers/decline.ts'
import { listOffersRoute } from './offers/list.ts'
import { makeOfferRoute } from './offers/make.ts'
import { showOffer } from './offers/show.ts'
import { withdrawOfferRoute } from './offers/withdraw.ts'
import { requestPin } from './sign-in/request-pin.ts'
import { signIn } from './sign-in/sign-in.ts'
import { signOut } from './sign-in/sign-out.ts'
import { listStreamersRoute } from './streamers/list.ts'
import { listStreamsRoute } from './streamers/list-streams.ts'
import { showStreamer } from './streamers/show.ts'
import { confirmSubmissionRoute } from './submissions/confirm.ts'
import { listSubmissionsRoute } from './submissions/list.ts'
import { rejectSubmissionRoute } from './submissions/reject.ts'
import { showSubmission } from './submissions/show.ts'
import { submitStreamRoute } from './submissions/submit.ts'

/** For everybody. */
export const openRoutes: readonly RouteModule[] = [requestPin, signIn, signOut]

/** For whoever is signed in. */
export const memberRoutes: readonly RouteModule[] = [
  registerOperatorRoute,
  registerStreamerRoute,
  showMe,
  connectKickRoute,
  listStreamersRoute,
  showStreamer,
  listStreamsRoute,
  createCampaignRoute,
  listCampaignsRoute,
  showCampaign,
  fundCampaignRoute,
  cancelCampaignRoute,
  makeOfferRoute,
  listOffersRoute,
  showOffer,
  acceptOfferRoute,
  declineOfferRoute,
  withdrawOfferRoute,
  listNegotiationsRoute,
  showNegotiation,
  cancelNegotiationRoute,
  approveTermRoute,
  counterTermRoute,
  makeDealRoute,
  listDealsRoute,
  showDeal,
  cancelDealRoute,
  refundDealRoute,
  listSubmissionsRoute,
  submitStreamRoute,
  showSubmission,
  confirmSubmissionRoute,
  rejectSubmissionRoute,
]
