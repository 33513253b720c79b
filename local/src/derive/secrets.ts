/**
 * The Secrets production mounts into Alertmanager, with values for this machine: the addresses lead
 * to the fakes.
 */
export function localSecrets(
  fakesUrl: string,
  telegramToken: string,
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  return {
    'telegram-bot': { token: telegramToken },
    'alertmanager-heartbeat': { url: `${fakesUrl}/heartbeat/ping/watchdog` },
    'alertmanager-fallback': { url: `${fakesUrl}/fallback/notify` },
  }
}
