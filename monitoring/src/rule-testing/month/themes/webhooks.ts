import { catalogue } from '@verifluence/api/catalogue'
import type { Life } from '../life/life.ts'
import { presenceOf } from '../life/pods.ts'
import type { MonthFailure, Theme } from '../theme.ts'
import { HOUR, isWithin, MINUTE, type Span, TICK } from '../time.ts'
import type { Pod } from '../track.ts'
import { buckets, counter, gauge, type Track } from '../track.ts'

const source = { source: 'kick' }
const kinds = ['ok', 'duplicate', 'bad_method', 'invalid_signature', 'missing_headers'] as const

/** Deliveries between two scrapes at one replica. */
function delivered(life: Life, pod: Pod, result: (typeof kinds)[number], second: number): number {
  const { live, fails } = life
  const replica = Number(pod.name.at(-1))
  const isAnyLive = live(second) > 0 && !fails('webhooks-silent', second)
  const tick = second / TICK
  switch (result) {
    case 'ok':
      return isAnyLive ? Math.ceil(live(second) / 3) : 0
    case 'duplicate':
      return isAnyLive && tick % 11 === 0 ? 2 : 0
    // A scanner comes along every few hours and asks many times.
    case 'bad_method':
      return second % (5 * HOUR) < 3 * MINUTE ? 12 : 0
    // Stray ones, hours apart, at whichever replica they hit.
    case 'invalid_signature':
      return fails('forged', second) ? 2 : Number(tick % 251 === 0 && replica === 0)
    case 'missing_headers':
      return Number(tick % 397 === 0 && replica === 1)
  }
}

function fromReceiver(life: Life): Track[] {
  const { api, fails, live } = life
  return api.flatMap((pod) => {
    const quick = (second: number) => delivered(life, pod, 'ok', second)
    const slow = life.random.fork()
    let lastReceived = 1
    return [
      ...presenceOf(pod),
      ...kinds.map((result) =>
        counter(
          pod,
          catalogue.webhookReceived.name,
          { ...source, event_type: 'chat.message.sent', result },
          (second) => delivered(life, pod, result, second),
        ),
      ),
      ...buckets(
        pod,
        catalogue.webhookReceiveDuration,
        { ...source, result: 'ok' },
        (second, tick) =>
          fails('acknowledged-slowly', second)
            ? { quick: 0, slow: quick(second) }
            : { quick: quick(second), slow: Number(quick(second) > 0 && tick % 1_999 === 0) },
        0.8,
      ),
      counter(
        pod,
        catalogue.webhookProcessed.name,
        { ...source, event_type: 'chat.message.sent', result: 'ok' },
        quick,
      ),
      // Now and then an attempt fails and its first retry does not.
      counter(
        pod,
        catalogue.webhookProcessed.name,
        { ...source, event_type: 'chat.message.sent', result: 'error' },
        (second) =>
          fails('processing-fails', second) ? 2 : Number(live(second) > 0 && slow.chance(0.002)),
      ),
      gauge(pod, catalogue.webhookParked.name, source, (second) =>
        fails('parked', second) ? 1 : 0,
      ),
      gauge(pod, catalogue.webhookOldestUnprocessed.name, source, (second, tick) => {
        const begin = life.failsSince('not-processed', second)
        if (begin !== undefined) return begin
        return tick % 50 === 0 ? second - 2 : undefined
      }),
      gauge(pod, catalogue.webhookLastReceived.name, source, (second) => {
        if (quick(second) > 0) lastReceived = Math.max(1, second - 3)
        return lastReceived
      }),
    ]
  })
}

const fromPolls = ({ worker, live, outages }: Life): Track[] =>
  worker.flatMap((pod) => {
    const job = 'viewer-poll'
    const isRun = (second: number) => second % MINUTE === 0 && !isWithin(second, outages)
    return [
      gauge(pod, catalogue.liveStreams.name, {}, live),
      counter(pod, catalogue.pollRuns.name, { job, result: 'ok' }, (second) =>
        Number(isRun(second) && Number(pod.name.at(-1)) === (second / MINUTE) % 2),
      ),
      counter(pod, catalogue.pollRuns.name, { job, result: 'error' }, () => 0),
    ]
  })

/** A stream is live all the time, and has been for a while. */
const whileLive = ({ live }: Life, [from, until]: Span) => {
  for (let at = from - HOUR; at < until; at += TICK) if (live(at) < 3) return false
  return true
}

const webhooks = (
  name: string,
  failure: string,
  alert: string,
  within: number,
  more: Partial<MonthFailure> = {},
): MonthFailure => ({ name, failure, alert, within, lasts: within + 10 * MINUTE, ...more })

/** Kick's deliveries and what becomes of them. */
export const webhooksTheme: Theme = {
  name: 'webhooks',
  alerts: [
    'WebhookRejected',
    'WebhooksSilent',
    'WebhookBacklog',
    'WebhookProcessingFailing',
    'WebhookAckSlow',
  ],
  tracks: (life) => [...fromReceiver(life), ...fromPolls(life)],
  failures: [
    webhooks('forged', 'F11', 'WebhookRejected', 10 * MINUTE),
    webhooks('webhooks-silent', 'F12', 'WebhooksSilent', 30 * MINUTE, { when: whileLive }),
    webhooks('not-processed', 'F13', 'WebhookBacklog', 10 * MINUTE),
    webhooks('parked', 'F14', 'WebhookProcessingFailing', 15 * MINUTE),
    webhooks('processing-fails', 'F14', 'WebhookProcessingFailing', 15 * MINUTE),
    webhooks('acknowledged-slowly', 'F15', 'WebhookAckSlow', 15 * MINUTE, { when: whileLive }),
  ],
}
