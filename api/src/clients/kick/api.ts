import { type ChannelState, readChannels } from './channels.ts'
import { createKickRequest, type KickApiOptions } from './request.ts'
import {
  type CreatedSubscription,
  createSubscriptions,
  deleteSubscriptions,
  type EventKind,
  type ListedSubscription,
  listSubscriptions,
} from './subscriptions.ts'

/** Kick's public API with the app's token. */
export interface KickApi {
  /** The state of up to 50 channels; channels that Kick leaves out are missing. */
  channels(kickUserIds: readonly number[], signal?: AbortSignal): Promise<ChannelState[]>
  listSubscriptions(options?: {
    kickUserId?: number
    signal?: AbortSignal | undefined
  }): Promise<ListedSubscription[]>
  createSubscriptions(wanted: {
    kickUserId: number
    events: readonly EventKind[]
    signal?: AbortSignal | undefined
  }): Promise<CreatedSubscription[]>
  deleteSubscriptions(ids: readonly string[], signal?: AbortSignal): Promise<void>
}

/** @see https://docs.kick.com */
export function createKickApi(options: KickApiOptions): KickApi {
  const request = createKickRequest(options)
  return {
    channels: (kickUserIds, signal) => readChannels(request, kickUserIds, signal),
    listSubscriptions: (given) => listSubscriptions(request, given),
    createSubscriptions: (wanted) => createSubscriptions(request, wanted),
    deleteSubscriptions: (ids, signal) => deleteSubscriptions(request, ids, signal),
  }
}
