import { type Battery, firing, type Scenario, silent, type Timeline } from '../scenario.ts'

const ALERT = 'NotificationsFailing'
const LASTS = 3_600

type Counts = 'notifications' | 'notification_requests' | 'notification_requests_failed'

/** A counter of Alertmanager that grows by one at these moments. */
const counted = (
  name: Counts | 'notifications_failed',
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

/** Two receivers deliver, after one has given up for two reasons when the world was young. */
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

const scenarios: readonly Scenario[] = [
  {
    title: `${ALERT} adds up the reasons and tells two Alertmanagers apart`,
    lasts: LASTS,
    timelines: [...givenUp('a'), ...givenUp('b')],
    checks: [
      firing(
        LASTS,
        ALERT,
        { integration: 'telegram', instance: 'a' },
        { integration: 'telegram', instance: 'b' },
      ),
    ],
  },
  {
    title: `${ALERT} is over for good once what was given up is long past`,
    lasts: LASTS,
    timelines: recovered(),
    checks: [silent(LASTS, ALERT)],
  },
  {
    title: `${ALERT} notices one receiver that hangs beside one that works`,
    lasts: LASTS,
    timelines: oneHangs(),
    checks: [silent(1_200, ALERT), firing(LASTS, ALERT, { integration: 'telegram' })],
  },
]

export const deliveryStories: readonly Battery[] = [
  { name: `${ALERT}, part by part`, alerts: [ALERT], scenarios },
]
