import type { Stack } from '@verifluence/local'

/** Whether each of the two messages about an alert has arrived. */
type Received = {
  readonly firing: () => Promise<boolean>
  readonly resolved: () => Promise<boolean>
}

/**
 * Watches for messages about `alert` from now on: in the fake by their text, in a real chat, which
 * cannot be read back, by Alertmanager's count of what was delivered.
 */
export async function messageAbout(stack: Stack, alert: string): Promise<Received> {
  if (stack.telegram !== undefined) return byCount(stack)
  const seen = (await stack.fakes.telegramMessages()).at(-1)?.id ?? 0
  const arrived = async (isResolved: boolean) => {
    const messages = await stack.fakes.telegramMessages(seen)
    const heads = messages.map(({ text }) => text.split('\n')[0] ?? '')
    return heads.some((head) => head.includes(alert) && head.includes('resolved') === isResolved)
  }
  return { firing: () => arrived(false), resolved: () => arrived(true) }
}

async function byCount({ alertmanager }: Stack): Promise<Received> {
  const before = await alertmanager.delivered('telegram')
  const grewBy = async (count: number) =>
    (await alertmanager.delivered('telegram')) >= before + count
  return { firing: () => grewBy(1), resolved: () => grewBy(2) }
}
