import { createHistogram, performance } from 'node:perf_hooks'
import { counter, gauge, histogram, oneOf } from '../../catalogue/index.ts'
import type { Part } from './part.ts'

/** How often the delay is sampled, in seconds. */
const SAMPLE = 0.02

/** How long a window of the lag gauges is, in seconds. */
const WINDOW = 30

/** The first window is shorter, so that a new process has values early. */
const FIRST_WINDOW = 2

/** How busy the event loop is, and how late it comes. */
export function eventLoopMetrics<const Exporter extends string>(
  prefix: string,
  exportedBy: readonly Exporter[],
) {
  const lag = (statistic: string, help: string) =>
    gauge({
      name: `${prefix}nodejs_eventloop_lag_${statistic}seconds`,
      help,
      unit: 'seconds',
      aggregate: 'max',
      initially: 'absent',
      exportedBy,
    })
  const windowed = `over the last full window of ${WINDOW} seconds; scrapes do not reset it.`
  return {
    eventLoopTime: counter({
      name: `${prefix}nodejs_eventloop_time_seconds_total`,
      help: 'Time the event loop was active or idle; its utilisation is the active share.',
      unit: 'seconds',
      labels: [oneOf('state', ['active', 'idle'])],
      exportedBy,
    }),
    eventLoopDelay: histogram({
      name: `${prefix}nodejs_eventloop_delay_seconds`,
      help: `How late a timer of ${SAMPLE * 1_000} ms fired, each time.`,
      unit: 'seconds',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      exportedBy,
    }),
    eventLoopLag: lag('', 'How late the last sampling timer fired.'),
    eventLoopLagMin: lag('min_', `The least delay ${windowed}`),
    eventLoopLagMax: lag('max_', `The greatest delay ${windowed}`),
    eventLoopLagMean: lag('mean_', `The mean delay ${windowed}`),
    eventLoopLagStddev: lag('stddev_', `The standard deviation of the delay ${windowed}`),
    eventLoopLagP50: lag('p50_', `The median delay ${windowed}`),
    eventLoopLagP90: lag('p90_', `The 90th percentile of the delay ${windowed}`),
    eventLoopLagP99: lag('p99_', `The 99th percentile of the delay ${windowed}`),
  }
}

export const eventLoop: Part<ReturnType<typeof eventLoopMetrics>> = ({
  metrics,
  collect,
  clock,
}) => {
  const active = metrics.eventLoopTime.with({ state: 'active' })
  const idle = metrics.eventLoopTime.with({ state: 'idle' })
  collect('runtime_event_loop', ['eventLoopTime'], () => {
    const time = performance.eventLoopUtilization()
    active.advanceTo(time.active / 1_000)
    idle.advanceTo(time.idle / 1_000)
  })

  const window = createHistogram()
  let windowEnd = clock.elapsed() + FIRST_WINDOW
  let last = clock.elapsed()
  const sampling = setInterval(() => {
    const now = clock.elapsed()
    const delay = Math.max(0, now - last - SAMPLE)
    last = now
    metrics.eventLoopDelay.observe(delay)
    metrics.eventLoopLag.set(delay)
    // The native histogram counts whole nanoseconds from 1 on.
    window.record(Math.max(1, Math.round(delay * 1e9)))
    if (now < windowEnd) return
    windowEnd = now + WINDOW
    showWindow()
  }, SAMPLE * 1_000)
  sampling.unref()

  function showWindow() {
    metrics.eventLoopLagMin.set(window.min / 1e9)
    metrics.eventLoopLagMax.set(window.max / 1e9)
    metrics.eventLoopLagMean.set(window.mean / 1e9)
    metrics.eventLoopLagStddev.set(window.stddev / 1e9)
    metrics.eventLoopLagP50.set(window.percentile(50) / 1e9)
    metrics.eventLoopLagP90.set(window.percentile(90) / 1e9)
    metrics.eventLoopLagP99.set(window.percentile(99) / 1e9)
    window.reset()
  }

  return () => clearInterval(sampling)
}
