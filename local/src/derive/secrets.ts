/**
 * The Secrets production mounts into Alertmanager, with values for this machine: the addresses lead
 * to the stand-ins of the outside world.
 */
export function localSecrets(
  worldUrl: string,
  telegramToken: string,
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  return {
    'telegram-bot': { token: telegramToken },
    'alertmanager-heartbeat': { url: `${worldUrl}/heartbeat/ping/watchdog` },
    'alertmanager-second-way': { url: `${worldUrl}/second-way/notify` },
  }
}
