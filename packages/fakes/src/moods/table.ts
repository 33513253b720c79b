import { kickApiMoods, kickIdMoods } from './kick.ts'
import type { Moods } from './mood.ts'
import { plainMoods } from './plain.ts'
import { resendMoods } from './resend.ts'
import { s3Moods } from './s3.ts'
import { telegramMoods } from './telegram.ts'
import { webhookMoods } from './webhooks.ts'
import { xMoods } from './x.ts'

/** Every service of the outside world and every bad mood it can be in. */
export const moodTable = {
  'kick-api': kickApiMoods,
  'kick-id': kickIdMoods,
  'kick-webhooks': webhookMoods,
  x: xMoods,
  s3: s3Moods,
  resend: resendMoods,
  telegram: telegramMoods,
  heartbeat: plainMoods,
  'second-way': plainMoods,
} as const satisfies Record<string, Moods>

export type ServiceName = keyof typeof moodTable

/** The moods that a service can be in. */
export type MoodName<Service extends ServiceName> = keyof (typeof moodTable)[Service] & string

export const serviceNames = Object.keys(moodTable).filter(isServiceName)

/** Says whether a text names a service of the {@link moodTable}. */
function isServiceName(text: string): text is ServiceName {
  return Object.hasOwn(moodTable, text)
}
