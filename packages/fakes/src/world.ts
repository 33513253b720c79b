import { type Arrivals, createArrivals } from './arrivals.ts'
import type { Clock } from './clock.ts'
import type { Credentials } from './credentials.ts'
import type { Service } from './http/service.ts'
import { createKickApi } from './kick/api/index.ts'
import { createKickId } from './kick/id/index.ts'
import { createKick, type Kick } from './kick/kick.ts'
import { createWebhookSender, type WebhookSender } from './kick/webhooks/sender.ts'
import { createSwitchboard, type Switchboard } from './moods/switchboard.ts'
import { createInbox, type Inbox } from './resend/inbox.ts'
import { createResend } from './resend/resend.ts'
import { type Bucket, createBucket } from './s3/bucket.ts'
import { createS3 } from './s3/s3.ts'
import { type Chats, createChats } from './telegram/chats.ts'
import { createTelegram } from './telegram/telegram.ts'
import {
  createHeartbeat,
  createHeartbeatService,
  type Heartbeat,
  type Notice,
  type Timing,
} from './watch/heartbeat.ts'
import { createSecondWay, createSecondWayService, type SecondWay } from './watch/second-way.ts'
import { createXUsers, type XUsers } from './x/followers.ts'
import { createX } from './x/x.ts'

/** The state of everything outside of the system. */
export type World = {
  readonly clock: Clock
  readonly switchboard: Switchboard
  readonly arrivals: Arrivals
  readonly kick: Kick
  readonly webhooks: WebhookSender
  readonly xUsers: XUsers
  readonly bucket: Bucket
  readonly inbox: Inbox
  readonly chats: Chats
  readonly heartbeat: Heartbeat
  readonly secondWay: SecondWay
}

/** How a world begins. */
export type WorldSettings = {
  readonly clock: Clock
  readonly webhookUrl?: string
  readonly onNotice?: (notice: Notice) => void
  /** Period and grace time of a heartbeat check that is not configured by itself. */
  readonly heartbeatTiming?: Timing
}

export function createWorld(
  credentials: Credentials,
  { clock, webhookUrl, onNotice = () => {}, heartbeatTiming }: WorldSettings,
): World {
  const switchboard = createSwitchboard()
  const kick = createKick(
    { clientId: credentials.kickClientId, clientSecret: credentials.kickClientSecret },
    clock,
  )
  return {
    clock,
    switchboard,
    arrivals: createArrivals(),
    kick,
    webhooks: createWebhookSender({ kick, switchboard, clock, target: webhookUrl }),
    xUsers: createXUsers(),
    bucket: createBucket(clock),
    inbox: createInbox(),
    chats: createChats(credentials.telegramChatId),
    heartbeat: createHeartbeat(clock, onNotice, heartbeatTiming),
    secondWay: createSecondWay(clock),
  }
}

/** The services of a world; each is reachable under its name. */
export function servicesOf(world: World, credentials: Credentials): Service[] {
  const { clock } = world
  const storage = {
    accessKeyId: credentials.s3AccessKeyId,
    secretAccessKey: credentials.s3SecretAccessKey,
    region: credentials.s3Region,
    bucket: credentials.s3Bucket,
  }
  return [
    createKickApi(world.kick, clock),
    createKickId(world.kick),
    createX(world.xUsers, credentials.xBearerToken, clock),
    createS3(world.bucket, storage, clock),
    createResend(world.inbox, credentials.resendApiKey, clock),
    createTelegram(world.chats, credentials.telegramBotToken, clock),
    createHeartbeatService(world.heartbeat),
    createSecondWayService(world.secondWay),
  ]
}
