import type { Clock } from '../clock.ts'
import { type Channels, createChannels } from './channels.ts'
import { createKeyRing, type KeyRing } from './keys.ts'
import { createSubscriptions, type Subscriptions } from './subscriptions.ts'
import { createTokens, type Tokens } from './tokens.ts'

/** Everything the simulated Kick knows; its API, OAuth server and webhook sender share it. */
export type Kick = {
  readonly clientId: string
  readonly clientSecret: string
  readonly channels: Channels
  readonly tokens: Tokens
  readonly subscriptions: Subscriptions
  readonly keys: KeyRing
  readonly allowance: Allowance
}

/** The request allowance of Kick's API; none is documented, so none is the default. */
type Allowance = { requestsPerMinute: number | undefined }

export function createKick(
  credentials: { clientId: string; clientSecret: string },
  clock: Clock,
): Kick {
  return {
    ...credentials,
    channels: createChannels(clock),
    tokens: createTokens(clock),
    subscriptions: createSubscriptions(clock),
    keys: createKeyRing(),
    allowance: { requestsPerMinute: undefined },
  }
}
