import { names, type Theme } from '../query.ts'

const { webhookReceived, webhookReceiveDuration, webhookProcessed, webhookProcessDuration } = names
const { webhookBacklog, webhookOldestUnprocessed, webhookParked, webhookLastReceived } = names

/** From the answer to Kick up to a row that is stored. */
export const receiver = {
  name: 'receiver',
  page: 'webhook-metrics',
  queries: {
    webhookReceived: [
      {
        answers: 'Accepted deliveries a second, by event type.',
        expr: `sum by (event_type) (rate(${webhookReceived}{result="ok"}[5m]))`,
      },
      {
        answers: 'Deliveries that were not accepted in the last hour, by reason.',
        expr: `sum by (result) (increase(${webhookReceived}{result!~"ok|duplicate"}[1h]))`,
      },
    ],
    webhookReceiveDuration: [
      {
        answers: 'Seconds within which 99 of 100 deliveries are answered.',
        expr: `histogram_quantile(0.99, sum by (le) (rate(${webhookReceiveDuration}_bucket[5m])))`,
      },
      {
        answers: 'Share of deliveries answered later than half a second.',
        expr: `1 - sum(rate(${webhookReceiveDuration}_bucket{le="0.5"}[5m]))\n/\nsum(rate(${webhookReceiveDuration}_count[5m]))`,
      },
    ],
    webhookLastReceived: [
      {
        answers: 'Seconds since the last verified delivery.',
        expr: `time() - max by (source) (${webhookLastReceived})`,
      },
    ],
  },
} as const satisfies Theme

/** From a stored row to its effects. */
export const processing = {
  name: 'processing',
  page: 'webhook-metrics',
  queries: {
    webhookProcessed: [
      {
        answers: 'Attempts a second, by how they ended.',
        expr: `sum by (result) (rate(${webhookProcessed}[5m]))`,
      },
      {
        answers: 'Failed attempts in the last hour, by event type.',
        expr: `sum by (event_type) (increase(${webhookProcessed}{result="error"}[1h]))`,
      },
    ],
    webhookProcessDuration: [
      {
        answers: 'Mean seconds of one attempt, by how it ended.',
        expr: `sum by (result) (rate(${webhookProcessDuration}_sum[5m]))\n/\nsum by (result) (rate(${webhookProcessDuration}_count[5m]))`,
      },
    ],
    webhookBacklog: [
      {
        answers: 'Deliveries that wait.',
        expr: `max by (source) (${webhookBacklog})`,
      },
      {
        answers: 'By how many deliveries a second the backlog grows; negative while it drains.',
        expr: `max by (source) (deriv(${webhookBacklog}[10m]))`,
      },
    ],
    webhookOldestUnprocessed: [
      {
        answers: 'Seconds for which the oldest delivery has waited.',
        expr: `time() - max by (source) (${webhookOldestUnprocessed})`,
        mayBeEmpty: 'the inbox is empty',
      },
    ],
    webhookParked: [
      {
        answers: 'Deliveries that were given up and wait for a person.',
        expr: `max by (source) (${webhookParked})`,
      },
    ],
  },
} as const satisfies Theme
