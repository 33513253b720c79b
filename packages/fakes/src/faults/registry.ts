import type { Answer } from '../http/answer.ts'
import { kickApiFaults, kickIdFaults } from '../kick/faults.ts'
import { webhookFaults } from '../kick/webhooks/faults.ts'
import { resendFaults } from '../resend/faults.ts'
import { s3Faults } from '../s3/faults.ts'
import { telegramFaults } from '../telegram/faults.ts'
import { xFaults } from '../x/faults.ts'
import { type ConnectionFault, type Fault, type Faults, plainFaults } from './fault.ts'

/** Every fake service and every fault that can be injected into it. */
export const faultTable = {
  'kick-api': kickApiFaults,
  'kick-id': kickIdFaults,
  'kick-webhooks': webhookFaults,
  x: xFaults,
  s3: s3Faults,
  resend: resendFaults,
  telegram: telegramFaults,
  heartbeat: plainFaults,
  fallback: plainFaults,
} as const satisfies Record<string, Faults>

export type ServiceName = keyof typeof faultTable

/** The faults that can be injected into a service. */
export type FaultName<Service extends ServiceName> = keyof (typeof faultTable)[Service] & string

export const serviceNames = Object.keys(faultTable).filter(isServiceName)

/** Says whether a text names a service of the {@link faultTable}. */
function isServiceName(text: string): text is ServiceName {
  return Object.hasOwn(faultTable, text)
}

/** An injected fault. Without `times` it lasts until it is cleared. */
export type FaultSetting = {
  readonly service: ServiceName
  readonly fault: string
  /** Only this operation of the service; every operation when absent. */
  readonly operation?: string | undefined
  /** How many requests it still meets. */
  readonly times?: number | undefined
  readonly seconds?: number | undefined
}

/** The fault that one request meets. */
export type ActiveFault = {
  readonly name: string
  readonly seconds: number
  readonly effect:
    | { readonly kind: 'answer'; readonly answer: (seconds: number) => Answer }
    | { readonly kind: 'connection'; readonly connection: ConnectionFault }
    | { readonly kind: 'variant' }
}

export type FaultRegistry = ReturnType<typeof createFaultRegistry>

/** Holds the faults that are set. Of several that fit a request, the one set last is taken. */
export function createFaultRegistry() {
  let settings: FaultSetting[] = []
  return {
    /** @throws RangeError naming the allowed faults, when the service has no such fault */
    set(setting: FaultSetting): void {
      findFault(setting.service, setting.fault)
      settings = [setting, ...settings.filter((other) => !sameAim(other, setting))]
    },
    clear(service?: ServiceName): void {
      settings = settings.filter((setting) => service !== undefined && setting.service !== service)
    },
    list: (): readonly FaultSetting[] => settings,
    /** The fault for one request, which uses up one of its `times`. */
    take(service: ServiceName, operation: string): ActiveFault | undefined {
      const found = settings.find(
        (setting) => setting.service === service && (setting.operation ?? operation) === operation,
      )
      if (found === undefined) return undefined
      const rest = found.times === undefined ? undefined : found.times - 1
      settings = settings.flatMap((setting) =>
        setting !== found ? [setting] : rest === 0 ? [] : [{ ...found, times: rest }],
      )
      const fault = findFault(service, found.fault)
      return {
        name: found.fault,
        seconds: found.seconds ?? fault.seconds ?? 0,
        effect: effectOf(fault),
      }
    },
  }
}

function findFault(service: ServiceName, name: string): Fault {
  const faults: Faults = faultTable[service]
  const fault = Object.hasOwn(faults, name) ? faults[name] : undefined
  if (fault !== undefined) return fault
  throw new RangeError(
    `${service} has no fault "${name}"; allowed: ${Object.keys(faults).join(', ')}`,
  )
}

function effectOf(fault: Fault): ActiveFault['effect'] {
  if ('connection' in fault) return { kind: 'connection', connection: fault.connection }
  if ('variant' in fault) return { kind: 'variant' }
  const { answer } = fault
  return { kind: 'answer', answer: typeof answer === 'function' ? answer : () => answer }
}

const sameAim = (one: FaultSetting, other: FaultSetting): boolean =>
  one.service === other.service && one.operation === other.operation
