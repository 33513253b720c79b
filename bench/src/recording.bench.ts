import { allocatedBytes } from './allocation.ts'
import { createRecorders, type Recorder } from './recorders.ts'
import { atMost, type Bench, type Result, seen } from './result.ts'
import { nanoseconds, type Work } from './rounds.ts'

const PEERS = ['prom-client', '@prometheus-io/client', 'opentelemetry'] as const

/** Recording, clock excluded: a whole HTTP request, and one bound series. */
export const bench: Bench = async () => {
  const recorders = createRecorders()
  const { sideport } = recorders
  const take = (part: keyof Recorder) =>
    Object.fromEntries(
      Object.entries<Recorder>(recorders).map(([name, recorder]) => [name, recorder[part]]),
    ) as Record<keyof typeof recorders, Work>

  const requests = nanoseconds({ ...take('request'), labelled: sideport.labelled })
  const bytes = Object.entries({ ...take('request'), labelled: sideport.labelled }).map(
    ([name, work]) => [name, allocatedBytes(work)] as const,
  )

  return [
    ...against('one HTTP request', 0.1, requests),
    atMost(2.5, {
      name: 'one HTTP request, sideport / nested-map floor',
      value: requests.sideport / requests.floor,
      unit: '×',
      note: `floor ${requests.floor.toFixed(1)} ns`,
    }),
    seen({
      name: 'one HTTP request by a fresh label object, sideport / fastest peer',
      value: requests.labelled / fastest(requests).value,
      unit: '×',
      note: `${requests.labelled.toFixed(1)} ns`,
    }),
    ...against('bound inc()', 0.05, nanoseconds(take('inc'))),
    ...against('bound observe()', 0.05, nanoseconds(take('observe'))),
    ...bytes.map(([name, value]) => {
      const measured = {
        name: `bytes allocated a request, ${name}`,
        value: Math.round(value),
        unit: 'B',
      }
      return name === 'sideport' ? atMost(0, measured) : seen(measured)
    }),
  ]
}

function against(
  what: string,
  limit: number,
  figures: Readonly<Record<(typeof PEERS)[number] | 'sideport', number>>,
): Result[] {
  const peer = fastest(figures)
  return [
    ...(['sideport', ...PEERS] as const).map((name) =>
      seen({ name: `${what}, ${name}`, value: figures[name], unit: 'ns' }),
    ),
    atMost(limit, {
      name: `${what}, sideport / fastest peer`,
      value: figures.sideport / peer.value,
      unit: '×',
      note: `against ${peer.name}`,
    }),
  ]
}

function fastest(figures: Readonly<Record<(typeof PEERS)[number], number>>) {
  const ranked = PEERS.map((name) => ({ name, value: figures[name] }))
  return ranked.reduce((best, one) => (one.value < best.value ? one : best))
}
