import { join } from 'node:path'
import { UserError } from '@verifluence/testkit'
import { isMap } from './chart-defaults.ts'

const SECRETS = '/etc/alertmanager/secrets/'
const TEMPLATES = '/etc/alertmanager/config/'

/** The addresses and files outside Alertmanager on this machine. */
export type LocalPlaces = {
  readonly secretsFolder: string
  readonly templatesFolder: string
  /** The address of the Telegram Bot API, without a trailing slash. */
  readonly telegramUrl: string
  /** The chat to write to; without it the production file's own. */
  readonly chatId?: number
  /** Which Secrets the release mounts, and the keys this stack can fill, by Secret name. */
  readonly mounted: readonly string[]
  readonly available: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/**
 * Alertmanager's production configuration with what lies outside replaced: mounted files, the
 * Telegram address, and the chat where one is given. Routes, receivers, timings and texts stay.
 *
 * @throws UserError for a Secret that is not mounted or unknown here, and for an address that would
 * lead out of this machine.
 */
export function localize(config: unknown, places: LocalPlaces): unknown {
  const moved = mapStrings(config, [], (text, path) => moveString(text, path, places))
  if (!isMap(moved)) throw new UserError('alertmanager.config of the release is no map.')
  const global = isMap(moved.global) ? moved.global : {}
  return {
    ...moved,
    global: { ...global, telegram_api_url: places.telegramUrl },
    receivers: chatsReplaced(moved.receivers, places.chatId),
  }
}

function moveString(text: string, path: readonly string[], places: LocalPlaces): string {
  const field = path.at(-1) ?? ''
  if (text.startsWith(SECRETS)) return secretPath(text, places)
  if (text.startsWith(TEMPLATES)) return join(places.templatesFolder, text.slice(TEMPLATES.length))
  if (field.endsWith('api_url') && path.includes('telegram_configs')) return places.telegramUrl
  const isFile = field.endsWith('_file') || path.includes('templates')
  const isAddress = /(^|_)url$/.test(field) && /^https?:/.test(text)
  if (!isFile && !isAddress) return text
  throw new UserError(
    `alertmanager.config sets ${path.join('.')} to ${text}, which leads out of the local stack: take it from a Secret below ${SECRETS}, or teach local/src/derive where it lies here.`,
  )
}

function secretPath(text: string, places: LocalPlaces): string {
  const [name = '', key = ''] = text.slice(SECRETS.length).split('/')
  if (!places.mounted.includes(name)) {
    throw new UserError(
      `alertmanager.config reads ${text}, but the Secret "${name}" is not mounted: list it in alertmanager.alertmanagerSpec.secrets.`,
    )
  }
  if (places.available[name]?.[key] === undefined) {
    throw new UserError(
      `alertmanager.config reads ${text}, and the local stack has no value for that Secret: add it to local/src/derive/secrets.ts.`,
    )
  }
  return join(places.secretsFolder, name, key)
}

function chatsReplaced(receivers: unknown, chatId: number | undefined): unknown {
  if (chatId === undefined || !Array.isArray(receivers)) return receivers
  return receivers.map((receiver) => {
    if (!isMap(receiver) || !Array.isArray(receiver.telegram_configs)) return receiver
    const configs = receiver.telegram_configs.map((config) =>
      // A topic belongs to the production chat; another chat does not have it.
      isMap(config) ? without({ ...config, chat_id: chatId }, 'message_thread_id') : config,
    )
    return { ...receiver, telegram_configs: configs }
  })
}

function without(map: Record<string, unknown>, key: string): Record<string, unknown> {
  const { [key]: _, ...rest } = map
  return rest
}

function mapStrings(
  value: unknown,
  path: readonly string[],
  change: (text: string, path: readonly string[]) => string,
): unknown {
  if (typeof value === 'string') return change(value, path)
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, path, change))
  if (!isMap(value)) return value
  const entries = Object.entries(value)
  return Object.fromEntries(
    entries.map(([key, item]) => [key, mapStrings(item, [...path, key], change)]),
  )
}
