/** The closed lists of label values. Database constraints are tested against them. */
export const OFFER_STATUSES = ['pending', 'accepted', 'declined', 'withdrawn', 'expired'] as const
export const NEGOTIATION_STATUSES = ['in_progress', 'agreed', 'cancelled'] as const
export const DEAL_STATUSES = ['active', 'completed', 'refunded', 'cancelled'] as const
export const SUBMISSION_STATUSES = ['pending_review', 'confirmed', 'rejected'] as const
export const CAMPAIGN_STATUSES = [
  'prepared',
  'funded',
  'in_progress',
  'completed',
  'cancelled',
] as const

export const DOMAIN_TABLES = [
  'offers',
  'negotiations',
  'deals',
  'session_submissions',
  'campaigns',
] as const

/** The event types Kick documents, each in version 1. */
export const KICK_EVENT_TYPES = [
  'chat.message.sent',
  'channel.followed',
  'channel.subscription.new',
  'channel.subscription.renewal',
  'channel.subscription.gifts',
  'channel.reward.redemption.updated',
  'livestream.status.updated',
  'livestream.metadata.updated',
  'moderation.banned',
  'kicks.gifted',
] as const

/** `unknown`: the header is missing. `other`: the type is not in Kick's list. */
export const WEBHOOK_EVENT_TYPES = [...KICK_EVENT_TYPES, 'unknown', 'other'] as const

export const WEBHOOK_RESULTS = [
  'ok',
  'duplicate',
  'invalid_signature',
  'stale_timestamp',
  'missing_headers',
  'bad_method',
  'error',
] as const

/** Every external service with the operations that we call. */
export const EXTERNAL_OPERATIONS = {
  kick: [
    'channels',
    'subscriptions_list',
    'subscriptions_create',
    'subscriptions_delete',
    'public_key',
  ],
  kick_oauth: ['token_app', 'token_refresh'],
  x: ['users_by'],
  s3: ['put_object', 'head_object'],
  resend: ['send_email'],
} as const

/** What becomes of one attempt to process a delivery. `ignored`: its type or version is unknown. */
export const WEBHOOK_PROCESS_RESULTS = ['ok', 'error', 'ignored'] as const

export type KickEventType = (typeof KICK_EVENT_TYPES)[number]
export type WebhookResult = (typeof WEBHOOK_RESULTS)[number]
export type WebhookProcessResult = (typeof WEBHOOK_PROCESS_RESULTS)[number]

const kickEventTypes = new Set<string>(KICK_EVENT_TYPES)

export function isKickEventType(type: string): type is KickEventType {
  return kickEventTypes.has(type)
}

/** The label of an event type: an unauthenticated header never creates a series. */
export function eventTypeLabel(type: string | undefined): (typeof WEBHOOK_EVENT_TYPES)[number] {
  if (!type) return 'unknown'
  return isKickEventType(type) ? type : 'other'
}
