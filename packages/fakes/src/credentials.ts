/** What the fakes accept and what the backend is therefore configured with. */
export type Credentials = {
  readonly kickClientId: string
  readonly kickClientSecret: string
  readonly xBearerToken: string
  readonly s3AccessKeyId: string
  readonly s3SecretAccessKey: string
  readonly s3Region: string
  readonly s3Bucket: string
  readonly resendApiKey: string
  readonly telegramBotToken: string
  readonly telegramChatId: number
}

/** Invented values; none of them opens anything outside of this machine. */
export const defaultCredentials: Credentials = {
  kickClientId: '01VERIFLUENCELOCALCLIENT00',
  kickClientSecret: 'local-kick-secret',
  xBearerToken: 'local-x-token',
  s3AccessKeyId: 'LOCALS3KEY',
  s3SecretAccessKey: 'local-s3-secret',
  s3Region: 'auto',
  s3Bucket: 'chat-exports',
  resendApiKey: 're_local_key',
  telegramBotToken: '123456:local-bot-token',
  telegramChatId: -1001000000001,
}

/** The environment of api and worker that points them at a state. `url` without trailing slash. */
export function fakesEnvironment(
  url: string,
  credentials: Credentials = defaultCredentials,
): Record<string, string> {
  return {
    KICK_API_URL: `${url}/kick-api`,
    KICK_OAUTH_URL: `${url}/kick-id`,
    KICK_CLIENT_ID: credentials.kickClientId,
    KICK_CLIENT_SECRET: credentials.kickClientSecret,
    X_API_URL: `${url}/x`,
    X_BEARER_TOKEN: credentials.xBearerToken,
    S3_ENDPOINT: `${url}/s3`,
    S3_REGION: credentials.s3Region,
    S3_BUCKET: credentials.s3Bucket,
    S3_ACCESS_KEY_ID: credentials.s3AccessKeyId,
    S3_SECRET_ACCESS_KEY: credentials.s3SecretAccessKey,
    RESEND_API_URL: `${url}/resend`,
    RESEND_API_KEY: credentials.resendApiKey,
    EMAIL_FROM: 'Verifluence <hello@verifluence.test>',
  }
}
