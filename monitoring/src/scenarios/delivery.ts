import { limits } from '../limits.ts'
import { type Battery, firing, SCRAPE, type Scenario, silent, type Timeline } from './scenario.ts'

const HOUR = 3_600
const BEGIN = 1_800
const FAILING = 'NotificationsFailing'
const { notification } = limits
const critical = (integration: string) => ({ integration, severity: 'critical' })

/** What Alertmanager counts, at each scrape; the counts start at zero and never go back. */
interface Counts {
  /** Notifications begun. */
  readonly begun: (second: number) => number
  /** Requests that came back, with any answer. */
  readonly answered: (second: number) => number
  /** Requests that came back without success. */
  readonly refused: (second: number) => number
  /** Notifications given up. */
  readonly givenUp: (second: number) => number
}

const alertmanager = (
  { begun, answered, refused, givenUp }: Counts,
  integration = 'telegram',
  instance = 'alertmanager-0:9093',
): Timeline[] => {
  const count = (name: string, at: (second: number) => number, labels = {}): Timeline => ({
    name: `alertmanager_${name}_total`,
    labels: { job: 'k8s-alertmanager', instance, integration, ...labels },
    at,
  })
  return [
    count('notifications', begun),
    count('notification_requests', answered),
    count('notification_requests_failed', refused),
    count('notifications_failed', givenUp, { reason: 'other' }),
    count('notifications_failed', () => 0, { reason: 'serverError' }),
  ]
}

const never = () => 0
/** One every `every` seconds from `from` until `until`. */
const repeatedly =
  (every: number, from = BEGIN, until = Number.POSITIVE_INFINITY) =>
  (now: number) =>
    now < from ? 0 : Math.floor((Math.min(now, until) - from) / every) + 1

const healthy: Counts = {
  begun: repeatedly(300, 0),
  answered: repeatedly(300, 0),
  refused: never,
  givenUp: never,
}

/** Telegram refuses each minute: five requests, then the notification is given up. */
const refusing = (until: number): Counts => ({
  begun: repeatedly(60, BEGIN, until),
  answered: (now) => 5 * repeatedly(60, BEGIN, until)(now),
  refused: (now) => 5 * repeatedly(60, BEGIN, until)(now),
  givenUp: repeatedly(60, BEGIN + 60, until + 60),
})

const scenarios: readonly Scenario[] = [
  {
    title: `${FAILING} fires when Telegram refuses, and resolves when it accepts again`,
    lasts: BEGIN + HOUR + 900,
    timelines: alertmanager(refusing(BEGIN + HOUR)),
    checks: [
      silent(BEGIN + 120, FAILING),
      firing(BEGIN + 420, FAILING, critical('telegram')),
      firing(BEGIN + HOUR, FAILING, critical('telegram')),
      silent(BEGIN + HOUR + 60 + notification.window + SCRAPE, FAILING),
    ],
  },
  {
    title: `${FAILING} fires when Telegram accepts the connection and never answers`,
    lasts: BEGIN + HOUR,
    timelines: alertmanager({
      // Ten were delivered before; the next one hangs until Alertmanager is restarted.
      begun: (now) => (now < BEGIN ? 10 : 11),
      answered: () => 12,
      refused: () => 2,
      givenUp: never,
    }),
    checks: [
      silent(BEGIN + notification.for - 30, FAILING),
      firing(BEGIN + notification.for + 30, FAILING, critical('telegram')),
      firing(BEGIN + HOUR, FAILING, critical('telegram')),
    ],
  },
  {
    title: `${FAILING} lets a blip pass that the retries outlast`,
    lasts: BEGIN + HOUR,
    timelines: alertmanager({
      begun: repeatedly(300, 0),
      answered: (now) => repeatedly(300, 0)(now) + (now < BEGIN ? 0 : 9),
      refused: (now) => (now < BEGIN ? 0 : 9),
      givenUp: never,
    }),
    quiet: true,
  },
  {
    title: `${FAILING} lets a single notification pass that was given up and sent a minute later`,
    lasts: BEGIN + HOUR,
    timelines: alertmanager({
      begun: (now) => repeatedly(300, 0)(now) + (now < BEGIN ? 0 : 1),
      answered: (now) => repeatedly(300, 0)(now) + (now < BEGIN ? 0 : 5),
      refused: (now) => (now < BEGIN ? 0 : 5),
      givenUp: (now) => (now < BEGIN ? 0 : 1),
    }),
    quiet: true,
  },
  {
    title: `${FAILING} also watches the second way and the heartbeat, and says which it is`,
    lasts: BEGIN + HOUR,
    timelines: [...alertmanager(healthy), ...alertmanager(refusing(BEGIN + HOUR), 'webhook')],
    checks: [firing(BEGIN + 900, FAILING, critical('webhook'))],
  },
  {
    title: `${FAILING} does not read integrations that nobody uses, nor mixes up two Alertmanagers`,
    lasts: BEGIN + HOUR,
    timelines: [
      ...alertmanager(healthy, 'telegram', 'alertmanager-0:9093'),
      ...alertmanager(
        { ...healthy, begun: never, answered: never },
        'telegram',
        'alertmanager-1:9093',
      ),
      ...alertmanager(refusing(BEGIN + HOUR), 'email'),
    ],
    quiet: true,
  },
]

export const deliveryBatteries: readonly Battery[] = [
  { name: FAILING, alerts: [FAILING], scenarios },
  {
    name: 'Watchdog',
    alerts: ['Watchdog'],
    scenarios: [
      {
        title: 'Watchdog fires always, from the first evaluation on, as another alert each minute',
        lasts: HOUR,
        timelines: [],
        checks: [0, 30, 60, 90, 59 * 60, HOUR].map((at) =>
          firing(at, 'Watchdog', { severity: 'none', minute: String(Math.floor(at / 60) % 60) }),
        ),
      },
    ],
  },
]
