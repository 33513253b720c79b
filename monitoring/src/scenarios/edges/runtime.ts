import { catalogue } from '@verifluence/api/catalogue'
import type { Battery } from '../scenario.ts'
import { counting, exported, type Process, type Span } from '../world.ts'
import { cutOff, storyOf } from './environments.ts'

const AT = 7_200
const END = Number.POSITIVE_INFINITY

const loopStory = storyOf('EventLoopBlocked', [
  {
    env: 'blocked-and-cut-off',
    timelines: (process) => [
      exported(process(cutOff(AT)), catalogue.eventLoopLagMax.name, {}, () => 2),
    ],
    fires: [AT + 60],
    silent: [AT + 150],
  },
])

const drops = (process: Process, perScrape: (second: number) => number) =>
  counting(process, catalogue.seriesDropped.name, { metric: 'vf_http_requests_total' }, perScrape)
const onceAt = (moment: number) => (second: number) => (second === moment ? 9 : 0)

/** A series that is there in these spans only, with a value that stands still. */
const there = (process: Process, value: number, ...spans: readonly Span[]) =>
  exported(process, catalogue.seriesDropped.name, { metric: 'vf_http_requests_total' }, (second) =>
    spans.some(([from, until]) => second >= from && second < until) ? value : undefined,
  )

const dropsStory = storyOf('SeriesDropped', [
  {
    env: 'again-after-a-long-time',
    timelines: (process) => [drops(process(), onceAt(AT))],
    silent: [AT - 30, AT + 690],
    fires: [AT + 480],
  },
  {
    env: 'a-single-one',
    timelines: (process) => [there(process(), 1, [AT, END])],
    fires: [AT + 300],
  },
  {
    env: 'none-at-all',
    timelines: (process) => [there(process(), 0, [AT, END])],
    silent: [AT + 300],
  },
  {
    env: 'there-less-than-an-hour-before',
    timelines: (process) => [there(process(), 9, [AT - 3_300, AT - 3_000], [AT, END])],
    silent: [AT + 300],
  },
  {
    env: 'there-more-than-an-hour-before',
    timelines: (process) => [there(process(), 9, [AT - 6_000, AT - 5_700], [AT, END])],
    fires: [AT + 300],
  },
])

export const runtimeStories: readonly Battery[] = [loopStory, dropsStory]
