import {
  type Battery,
  firing,
  SCRAPE,
  type Scenario,
  silent,
  type Timeline,
} from '../../rule-testing/scenario.ts'
import { limits } from './alerts.ts'

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
    title: `${FAILING} also watches the fallback channel and the heartbeat, and says which it is`,
    lasts: BEGIN + HOUR,
    timelines: [...alertmanager(healthy), ...alertmanager(refusing(BEGIN + HOUR), 'webhook')],
    checks: [firing(BEGIN + 900, FAILING, critical('webhook'))],
  },
  {
    title: `${FAILING} does not read unused integrations, nor mixes up two Alertmanagers`,
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

const LASTS = 3_600

type CountsAt = 'notifications' | 'notification_requests' | 'notification_requests_failed'

/** A counter of Alertmanager that grows by one at these moments. */
const counted = (
  name: CountsAt | 'notifications_failed',
  labels: Readonly<Record<string, string>>,
  grows: (second: number) => boolean,
): Timeline => ({
  name: `alertmanager_${name}_total`,
  labels: { job: 'k8s-alertmanager', instance: 'a', integration: 'telegram', ...labels },
  at: (now) => {
    let total = 0
    for (let second = 0; second <= now; second += 30) if (grows(second)) total += 1
    return total
  },
})

const every =
  (seconds: number, offset = 0) =>
  (second: number) =>
    second % seconds === offset

/** Each notification is given up as soon as it is begun, every two minutes, for one of two reasons. */
const givenUp = (instance: string): Timeline[] => [
  counted('notifications', { instance }, every(120)),
  counted('notification_requests', { instance }, every(120)),
  counted('notification_requests_failed', { instance }, every(120)),
  counted('notifications_failed', { instance, reason: 'other' }, every(240)),
  counted('notifications_failed', { instance, reason: 'serverError' }, every(240, 120)),
]

/** Two receivers deliver, after one has given up for two reasons long ago. */
const recovered = (): Timeline[] => [
  ...['critical-alerts', 'warning-alerts'].flatMap((receiver_name) => [
    counted('notifications', { receiver_name }, every(300)),
    counted('notification_requests', { receiver_name }, every(300)),
    counted(
      'notification_requests_failed',
      { receiver_name },
      (second) => second === 0 && receiver_name === 'critical-alerts',
    ),
  ]),
  counted('notification_requests_failed', { receiver_name: 'other' }, (second) => second === 300),
  counted('notifications_failed', { reason: 'other' }, (second) => second === 0),
  counted('notifications_failed', { reason: 'serverError' }, (second) => second === 300),
]

/** Both gave one up long ago; one of them hangs from the twentieth minute on. */
const oneHangs = (): Timeline[] => [
  ...['critical-alerts', 'warning-alerts'].flatMap((receiver_name) => {
    const hangs = (second: number) => receiver_name === 'warning-alerts' && second >= 1_200
    const begins = (second: number) => every(300)(second) && (!hangs(second) || second === 1_200)
    return [
      counted('notifications', { receiver_name }, begins),
      counted(
        'notification_requests',
        { receiver_name },
        (second) => begins(second) && !hangs(second),
      ),
      counted('notification_requests_failed', { receiver_name }, (second) => second === 300),
    ]
  }),
  counted(
    'notifications_failed',
    { reason: 'other' },
    (second) => second === 300 || second === 330,
  ),
]

const edgeScenarios: readonly Scenario[] = [
  {
    title: `${FAILING} adds up the reasons and tells two Alertmanagers apart`,
    lasts: LASTS,
    timelines: [...givenUp('a'), ...givenUp('b')],
    checks: [
      firing(
        LASTS,
        FAILING,
        { integration: 'telegram', instance: 'a' },
        { integration: 'telegram', instance: 'b' },
      ),
    ],
  },
  {
    title: `${FAILING} is over for good once what was given up is long past`,
    lasts: LASTS,
    timelines: recovered(),
    checks: [silent(LASTS, FAILING)],
  },
  {
    title: `${FAILING} detects one receiver that hangs next to one that works`,
    lasts: LASTS,
    timelines: oneHangs(),
    checks: [silent(1_200, FAILING), firing(LASTS, FAILING, { integration: 'telegram' })],
  },
]

export const deliveryScenarios: readonly Battery[] = [
  { name: `${FAILING}, part by part`, alerts: [FAILING], scenarios: edgeScenarios },
]
