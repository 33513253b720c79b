import type { FakesClient } from '@verifluence/fakes'
import type { AlertmanagerClient } from '../clients/alertmanager.ts'
import type { Event } from './event.ts'

/** Reports the messages of the fake chat by their first line. */
export function createMessageWatch(fakes: FakesClient) {
  let last = 0
  return async (): Promise<Event[]> => {
    const messages = await fakes.telegramMessages(last)
    last = messages.at(-1)?.id ?? last
    return messages.map(({ text }) => ({ kind: 'message', text: text.split('\n')[0] ?? '' }))
  }
}

/** Reports deliveries to a real chat, which cannot be read, by Alertmanager's count. */
export function createDeliveryWatch(alertmanager: AlertmanagerClient, chatId: number) {
  let known: number | undefined
  return async (): Promise<Event[]> => {
    const delivered = await alertmanager.delivered('telegram')
    const added = delivered - (known ?? delivered)
    known = delivered
    return added > 0 ? [{ kind: 'message', text: `${added} sent to chat ${chatId}` }] : []
  }
}
