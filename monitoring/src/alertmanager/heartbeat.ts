/** What the heartbeat service outside and the alert that pings it must agree on. */
export const heartbeat = {
  /** The label of Watchdog that changes with every minute, and so makes Alertmanager send it again. */
  label: 'minute',

  /** Seconds in which the service expects a ping; one comes each minute, so one may be lost. */
  period: 120,

  /** Further seconds after which it raises the alarm: a restart of Prometheus is over by then. */
  grace: 180,
} as const
