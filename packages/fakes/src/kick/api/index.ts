import type { Clock } from '../../clock.ts'
import type { Operation, Service } from '../../http/service.ts'
import type { Kick } from '../kick.ts'
import { listChannels } from './channels.ts'
import { listLivestreams, listUsersLivestreams } from './livestreams.ts'
import { createGuard, notFound, ok } from './request.ts'
import { createSubscription, deleteSubscriptions, listSubscriptions } from './subscriptions.ts'

const subscriptions = '/public/v1/events/subscriptions'
const get = (path: string, handle: Operation['handle']): Operation => ({
  method: 'GET',
  path,
  handle,
})

/** The fake of api.kick.com. */
export function createKickApi(kick: Kick, clock: Clock): Service {
  const guarded = createGuard(kick, clock)
  return {
    name: 'kick-api',
    operations: {
      channels: get('/public/v1/channels', guarded(listChannels(kick, clock))),
      livestreams: get('/public/v1/livestreams', guarded(listLivestreams(kick, clock))),
      'users-livestreams': get(
        '/public/v1/users/livestreams',
        guarded(listUsersLivestreams(kick, clock)),
      ),
      'public-key': get('/public/v1/public-key', ({ variant }) =>
        ok({ public_key: kick.keys.publicKey(variant === 'old-key' ? 'previous' : 'current') }),
      ),
      'subscriptions-list': get(subscriptions, guarded(listSubscriptions(kick))),
      'subscriptions-create': {
        method: 'POST',
        path: subscriptions,
        handle: guarded(createSubscription(kick)),
      },
      'subscriptions-delete': {
        method: 'DELETE',
        path: subscriptions,
        handle: guarded(deleteSubscriptions(kick)),
      },
    },
    unmatched: () => notFound,
  }
}
