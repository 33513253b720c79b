import type { Clock } from './clock.ts'
import type { Credentials } from './credentials.ts'
import { createFallback, createFallbackService, type Fallback } from './fallback.ts'
import { createFaultRegistry, type FaultRegistry } from './faults/registry.ts'
import {
  createHeartbeat,
  createHeartbeatService,
  type Heartbeat,
  type StatusChange,
  type Timing,
} from './heartbeat.ts'
import type { Service } from './http/service.ts'
import { createKickApi } from './kick/api/index.ts'
import { createKickId } from './kick/id/index.ts'
import { createKick, type Kick } from './kick/kick.ts'
import { createWebhookSender, type WebhookSender } from './kick/webhooks/sender.ts'
import { createRequestLog, type RequestLog } from './request-log.ts'
import { createInbox, createResend, type Inbox } from './resend/resend.ts'
import { type Bucket, createBucket, createS3 } from './s3/s3.ts'
import { type Chats, createChats } from './telegram/chats.ts'
import { createTelegram } from './telegram/telegram.ts'
import { createX, createXUsers, type XUsers } from './x/x.ts'

/** The state of everything outside of the system. */
export type State = {
  readonly clock: Clock
  readonly faults: FaultRegistry
  readonly requestLog: RequestLog
  readonly kick: Kick
  readonly webhooks: WebhookSender
  readonly xUsers: XUsers
  readonly bucket: Bucket
  readonly inbox: Inbox
  readonly chats: Chats
  readonly heartbeat: Heartbeat
  readonly fallback: Fallback
}

/** How a state begins. */
export type StateOptions = {
  readonly clock: Clock
  readonly webhookUrl?: string
  readonly onStatusChange?: (change: StatusChange) => void
  /** Period and grace time of a heartbeat check that is not configured by itself. */
  readonly heartbeatTiming?: Timing
}

export function createState(
  credentials: Credentials,
  { clock, webhookUrl, onStatusChange = () => {}, heartbeatTiming }: StateOptions,
): State {
  const faults = createFaultRegistry()
  const kick = createKick(
    { clientId: credentials.kickClientId, clientSecret: credentials.kickClientSecret },
    clock,
  )
  return {
    clock,
    faults,
    requestLog: createRequestLog(),
    kick,
    webhooks: createWebhookSender({ kick, faults, clock, target: webhookUrl }),
    xUsers: createXUsers(),
    bucket: createBucket(clock),
    inbox: createInbox(),
    chats: createChats(credentials.telegramChatId),
    heartbeat: createHeartbeat(clock, onStatusChange, heartbeatTiming),
    fallback: createFallback(clock),
  }
}

/** The services of a state; each is reachable under its name. */
export function servicesOf(state: State, credentials: Credentials): Service[] {
  const { clock } = state
  const storage = {
    accessKeyId: credentials.s3AccessKeyId,
    secretAccessKey: credentials.s3SecretAccessKey,
    region: credentials.s3Region,
    bucket: credentials.s3Bucket,
  }
  return [
    createKickApi(state.kick, clock),
    createKickId(state.kick),
    createX(state.xUsers, credentials.xBearerToken, clock),
    createS3(state.bucket, storage, clock),
    createResend(state.inbox, credentials.resendApiKey, clock),
    createTelegram(state.chats, credentials.telegramBotToken, clock),
    createHeartbeatService(state.heartbeat),
    createFallbackService(state.fallback),
  ]
}
