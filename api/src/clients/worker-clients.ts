import type { WorkerConfig } from '../config.ts'
import type { Db } from '../db/query.ts'
import type { ExternalFetch } from '../telemetry/external-fetch.ts'
import { createPacer } from './http/retry.ts'
import { createKickApi, type KickApi } from './kick/api.ts'
import { createAppToken, createTokenStore } from './kick/app-token.ts'
import { createKickOauth, type KickOauth } from './kick/oauth.ts'
import { createStorage, type Storage } from './storage.ts'
import { createXUsers, type XUsers } from './x.ts'

/** The outside services as the worker's jobs know them. */
export interface WorkerClients {
  readonly kick: KickApi
  readonly kickOauth: KickOauth
  readonly x: XUsers
  readonly storage: Storage
}

/**
 * Builds the clients once for the process: Kick's allowance and the app's token are shared by all
 * runs of all jobs.
 */
export function createWorkerClients(options: {
  config: WorkerConfig
  fetchFor: ExternalFetch
  db: Db
}): WorkerClients {
  const { config, fetchFor, db } = options
  const kickOauth = createKickOauth({
    baseUrl: config.KICK_OAUTH_URL,
    clientId: config.KICK_CLIENT_ID,
    clientSecret: config.KICK_CLIENT_SECRET,
    fetchFor: fetchFor.kick_oauth,
  })
  return {
    kickOauth,
    kick: createKickApi({
      baseUrl: config.KICK_API_URL,
      fetchFor: fetchFor.kick,
      token: createAppToken(kickOauth, createTokenStore(db)),
      pace: createPacer(config.KICK_REQUESTS_PER_MINUTE),
    }),
    x: createXUsers({
      baseUrl: config.X_API_URL,
      bearerToken: config.X_BEARER_TOKEN,
      fetchFor: fetchFor.x,
    }),
    storage: createStorage({
      endpoint: config.S3_ENDPOINT,
      region: config.S3_REGION,
      bucket: config.S3_BUCKET,
      accessKeyId: config.S3_ACCESS_KEY_ID,
      secretAccessKey: config.S3_SECRET_ACCESS_KEY,
      fetchFor: fetchFor.s3,
    }),
  }
}
