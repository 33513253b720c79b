import { catalogue } from '@verifluence/api/catalogue'
import { during } from '../common.ts'
import type { Timeline } from '../scenario.ts'
import { counting, type Process } from '../world.ts'
import { type Environment, storyOf } from './environments.ts'

const AT = 1_800

/** Calls of an operation between two scrapes, by the code they ended with. */
const calls = (
  process: Process,
  operation: string,
  byCode: Readonly<Record<string, (second: number) => number>>,
): Timeline[] =>
  Object.entries(byCode).map(([status_code, perScrape]) =>
    counting(
      process,
      catalogue.externalHttp.name,
      { target: 'kick', operation, status_code },
      perScrape,
    ),
  )

const from =
  (begin: number, each = 1) =>
  (second: number) =>
    second >= begin ? each : 0
const until =
  (end: number, each = 1) =>
  (second: number) =>
    second < end ? each : 0
const between =
  (begin: number, end: number, each = 1) =>
  (second: number) =>
    during(begin, end)(second) ? each : 0
const every =
  (seconds: number, begin = 0) =>
  (second: number) =>
    second >= begin && second % seconds === 0 ? 1 : 0

const hiccup = during(AT, AT + 180)
/** Three runs meet a hiccup of two minutes, each with its retry, and one scrape about then is lost. */
const whicheverScrapeIsLost = Array.from({ length: 12 }, (_, index): Environment => {
  const lost = AT + 60 + index * 30
  return {
    env: `hiccup-with-a-scrape-lost-after-${lost - AT}s`,
    timelines: (process) =>
      calls(process({ lost: [[lost, lost + 30]] }), 'channels', {
        200: (at) => (hiccup(at) ? 0 : every(60)(at)),
        401: (at) => (hiccup(at) ? 2 * every(60)(at) : 0),
      }),
    silent: Array.from({ length: 16 }, (_, check) => AT + 30 + check * 30),
  }
})

export const unauthorizedStory = storyOf('ExternalUnauthorized', [
  {
    env: 'refused-from-a-moment-on',
    timelines: (process) => calls(process(), 'channels', { 200: until(AT), 401: from(AT, 99) }),
    silent: [AT + 90],
    fires: [AT + 150],
  },
  ...whicheverScrapeIsLost,
  {
    env: 'two-replicas-refused-by-the-hour',
    timelines: (process) =>
      ['a', 'b'].flatMap((pod) =>
        calls(process({ pod }), 'subscriptions_list', { 200: () => 0, 401: every(3_600, 60) }),
      ),
    fires: [3_600 + 300],
  },
  {
    env: 'refused-after-hours-of-success',
    timelines: (process) =>
      calls(process(), 'subscriptions_list', {
        200: (second) => (second < 7_200 ? every(3_600)(second) : 0),
        401: every(3_600, 7_200),
      }),
    silent: [7_200],
    fires: [7_200 + 480, 7_200 + 3_570],
  },
])

const heavily = 10

export const failingStory = storyOf('ExternalFailing', [
  {
    env: 'fails-from-a-moment-on',
    timelines: (process) => [
      ...calls(process(), 'channels', { 200: every(60), 503: from(AT, heavily) }),
    ],
    silent: [AT + 420],
    fires: [AT + 540],
  },
  {
    env: 'two-replicas-fail',
    timelines: (process) =>
      ['a', 'b'].flatMap((pod) => calls(process({ pod }), 'channels', { 503: from(AT) })),
    fires: [AT + 900],
  },
  {
    env: 'six-of-ten-fail',
    timelines: (process) => calls(process(), 'channels', { 503: from(AT, 6), 200: () => 4 }),
    silent: [AT + 900, AT + 1_800],
  },
  {
    env: 'half-fail',
    timelines: (process) => calls(process(), 'channels', { 503: from(AT, 5), 200: () => 5 }),
    silent: [AT + 900, AT + 1_800],
  },
  {
    env: 'one-of-five-fails',
    timelines: (process) => calls(process(), 'channels', { 503: from(AT), 200: () => 4 }),
    silent: [AT + 900, AT + 1_800],
  },
  {
    env: 'works-again-but-rarely',
    timelines: (process) =>
      calls(process(), 'channels', {
        503: between(AT, AT + 900, heavily),
        200: every(60, AT + 900),
      }),
    fires: [AT + 870, AT + 900 + 780],
    silent: [AT + 900 + 930],
  },
  {
    env: 'half-fail-after-an-outage',
    timelines: (process) =>
      calls(process(), 'channels', {
        503: (second) => between(AT, AT + 600, 20)(second) || from(AT + 600)(second),
        200: from(AT + 600),
      }),
    silent: [AT + 1_980],
  },
  {
    env: 'is-called-rarely-and-fails',
    timelines: (process) => calls(process(), 'channels', { 503: every(240, AT) }),
    fires: [AT + 1_500, AT + 1_620, AT + 1_740],
  },
  {
    env: 'two-bursts',
    timelines: (process) =>
      calls(process(), 'channels', {
        503: (second) => between(AT, AT + 90, 5)(second) || between(AT + 660, AT + 750, 5)(second),
      }),
    silent: [AT + 660 + 240],
  },
])
