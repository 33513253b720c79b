import { catalogue } from '@verifluence/api/catalogue'
import type { Life } from '../life/life.ts'
import type { Theme } from '../theme.ts'
import { MINUTE, TICK } from '../time.ts'
import { counter, gauge, type Track } from '../track.ts'

/** The worst delay of half a minute; a collection of garbage or a start takes a second now and then. */
const loops = (life: Life): Track[] =>
  [...life.api, ...life.worker].flatMap((pod) => {
    const chance = life.random.fork()
    return [
      gauge(pod, catalogue.eventLoopLagMax.name, {}, (second) => {
        if (pod.kind === 'worker' && life.fails('blocked', second)) return 0.9
        return chance.chance(0.005) ? 1.2 : 0.03
      }),
    ]
  })

/** A flood appears out of nothing: a series that did not exist before. */
const drops = (life: Life): Track[] =>
  life.api.map((pod) => {
    const metric = catalogue.httpRequests.name
    const grown = counter(pod, catalogue.seriesDropped.name, { metric }, (second) =>
      life.fails('flood', second) ? 40 : 0,
    )
    for (const [tick, value] of grown.values.entries()) {
      if (value === 0 && !life.fails('flood', tick * TICK)) grown.values[tick] = Number.NaN
    }
    return grown
  })

/** The processes themselves. */
export const runtimeTheme: Theme = {
  name: 'runtime',
  alerts: ['EventLoopBlocked', 'SeriesDropped'],
  tracks: (life) => [...loops(life), ...drops(life)],
  failures: [
    {
      name: 'blocked',
      failure: 'F19',
      alert: 'EventLoopBlocked',
      within: 15 * MINUTE,
      lasts: 25 * MINUTE,
      lane: 'loop',
    },
    {
      name: 'flood',
      failure: 'F20',
      alert: 'SeriesDropped',
      within: 10 * MINUTE,
      lasts: 15 * MINUTE,
      lane: 'labels',
    },
  ],
}
