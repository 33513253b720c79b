import type { Answer } from '../http/answer.ts'
import type { ConnectionFault, Mood, Moods } from './mood.ts'
import { moodTable, type ServiceName } from './table.ts'

/** A mood that was asked for. Without `times` it lasts until it is cleared. */
export type MoodSetting = {
  readonly service: ServiceName
  readonly mood: string
  /** Only this operation of the service; every operation when absent. */
  readonly operation?: string | undefined
  /** How many requests it still meets. */
  readonly times?: number | undefined
  readonly seconds?: number | undefined
}

/** The mood that one request meets. */
export type ActiveMood = {
  readonly name: string
  readonly seconds: number
  readonly effect:
    | { readonly kind: 'answer'; readonly answer: (seconds: number) => Answer }
    | { readonly kind: 'connection'; readonly connection: ConnectionFault }
    | { readonly kind: 'twist' }
}

export type Switchboard = ReturnType<typeof createSwitchboard>

/** Holds the moods that are set. Of several that fit a request, the one set last is taken. */
export function createSwitchboard() {
  let settings: MoodSetting[] = []
  return {
    /** @throws RangeError naming the allowed moods, when the service has no such mood */
    set(setting: MoodSetting): void {
      findMood(setting.service, setting.mood)
      settings = [setting, ...settings.filter((other) => !sameAim(other, setting))]
    },
    clear(service?: ServiceName): void {
      settings = settings.filter((setting) => service !== undefined && setting.service !== service)
    },
    list: (): readonly MoodSetting[] => settings,
    /** The mood for one request, which uses up one of its `times`. */
    take(service: ServiceName, operation: string): ActiveMood | undefined {
      const found = settings.find(
        (setting) => setting.service === service && (setting.operation ?? operation) === operation,
      )
      if (found === undefined) return undefined
      const rest = found.times === undefined ? undefined : found.times - 1
      settings = settings.flatMap((setting) =>
        setting !== found ? [setting] : rest === 0 ? [] : [{ ...found, times: rest }],
      )
      const mood = findMood(service, found.mood)
      return {
        name: found.mood,
        seconds: found.seconds ?? mood.seconds ?? 0,
        effect: effectOf(mood),
      }
    },
  }
}

function findMood(service: ServiceName, name: string): Mood {
  const moods: Moods = moodTable[service]
  const mood = Object.hasOwn(moods, name) ? moods[name] : undefined
  if (mood !== undefined) return mood
  throw new RangeError(
    `${service} has no mood "${name}"; allowed: ${Object.keys(moods).join(', ')}`,
  )
}

function effectOf(mood: Mood): ActiveMood['effect'] {
  if ('connection' in mood) return { kind: 'connection', connection: mood.connection }
  if ('twist' in mood) return { kind: 'twist' }
  const { answer } = mood
  return { kind: 'answer', answer: typeof answer === 'function' ? answer : () => answer }
}

const sameAim = (one: MoodSetting, other: MoodSetting): boolean =>
  one.service === other.service && one.operation === other.operation
