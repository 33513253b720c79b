import { atMost, type Result, seen } from '../result.ts'
import { type Exchange, pace, quantile } from '../sender/pace.ts'
import type { Side } from './sides.ts'

const PER_SECOND = 500
const SECONDS = 60
/** A process that takes 500 a second has been up for a while: compiled, connected, planned. */
const WARM_UP_SECONDS = 10
const BARE_SECONDS = 10
/** Kick takes what is not acknowledged within a second as lost. */
const PATIENCE = 1_000

/** How many deliveries the minute takes. */
export const DELIVERIES = PER_SECOND * SECONDS

/** The api for a minute at 500 a second, and the bare route for a moment, to tell what is the machine's. */
export async function paced(
  api: Side,
  bare: Side,
  deliveries: readonly Buffer[],
): Promise<Result[]> {
  for (const side of [api, bare]) await send(side, deliveries, WARM_UP_SECONDS)
  await api.inbox.drained()
  await api.inbox.forget()

  const exchanges = await send(api, deliveries, SECONDS)
  const drained = await api.inbox.drained()
  const processed = await api.inbox.processed()
  await bare.inbox.forget()
  const comparison = await send(bare, deliveries, BARE_SECONDS)
  return [
    atMost(100, {
      name: 'receiver, p99 of acknowledgement at 500/s',
      value: p99(exchanges),
      unit: 'ms',
      note: `p50 ${quantile(0.5, times(exchanges)).toFixed(1)}, most ${Math.max(...times(exchanges)).toFixed(0)}`,
    }),
    seen({
      name: 'receiver, p99 of the bare route at 500/s',
      value: p99(comparison),
      unit: 'ms',
      note: `p50 ${quantile(0.5, times(comparison)).toFixed(1)}`,
    }),
    seen({
      name: "receiver, p99 of the sender's own lateness",
      value: quantile(
        0.99,
        exchanges.map(({ late }) => late),
      ),
      unit: 'ms',
    }),
    atMost(0, {
      name: `receiver, lost of ${deliveries.length}`,
      value: deliveries.length - Math.min(processed, exchanges.filter(isTaken).length),
      unit: '',
    }),
    atMost(10, { name: 'receiver, backlog drained after the end', value: drained, unit: 's' }),
  ]
}

function send({ connections }: Side, deliveries: readonly Buffer[], seconds: number) {
  return pace(connections, deliveries.slice(0, PER_SECOND * seconds), PER_SECOND)
}

function isTaken({ status, milliseconds, late }: Exchange) {
  return status === 200 && milliseconds - late < PATIENCE
}

function times(exchanges: readonly Exchange[]) {
  return exchanges.map(({ milliseconds }) => milliseconds)
}
function p99(exchanges: readonly Exchange[]) {
  return quantile(0.99, times(exchanges))
}
