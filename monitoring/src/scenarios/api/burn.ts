import { catalogue } from '@verifluence/api/catalogue'
import { limits } from '../../limits.ts'
import { API, during, HOUR } from '../common.ts'
import { type Battery, firing, type Scenario, silent, type Timeline } from '../scenario.ts'
import { counting, presence } from '../world.ts'
import { alarm, BURN } from './alarm.ts'

const BEGIN = HOUR

/** Requests a scrape to one route, answered `code`. */
const requests = (
  code: string,
  perScrape: (second: number) => number,
  route = '/api/offers',
  process = API,
): Timeline =>
  counting(
    process,
    catalogue.httpRequests.name,
    { method: 'GET', route, status_code: code },
    perScrape,
  )

/** All requests fail from `from` to `until`. */
const outage = (from: number, until: number, many: number, route?: string, process = API) => [
  ...presence(process),
  requests('200', (at) => (during(from, until)(at) ? 0 : many), route, process),
  requests('500', (at) => (during(from, until)(at) ? many : 0), route, process),
]

const burning: readonly Scenario[] = [
  {
    title: `${BURN} wakes somebody within four minutes of a total outage, and not within two`,
    lasts: 5 * HOUR,
    timelines: outage(4 * HOUR, 4 * HOUR + 1_800, 30),
    checks: [
      silent(4 * HOUR + 90, BURN),
      ...[210, 900, 1_770].map((after) => firing(4 * HOUR + after, BURN, alarm('critical', '30m'))),
      // Windows of six hours still remember it, but it does not go on.
      ...[330 + limits.calm, 1_800].map((after) => silent(4 * HOUR + 1_800 + after, BURN)),
    ],
  },
  {
    title: `${BURN} tells the webhook surface from the API, so that neither dilutes the other`,
    lasts: BEGIN + 1_200,
    timelines: [
      ...outage(BEGIN, BEGIN + 1_200, 5),
      requests('200', () => 500, '/wh/kick'),
      requests('500', () => 0, '/wh/kick'),
    ],
    checks: [firing(BEGIN + 300, BURN, alarm('critical', '30m'))],
  },
  {
    title: `${BURN} sees webhooks that cannot be stored`,
    lasts: BEGIN + 1_200,
    timelines: [
      ...outage(BEGIN, BEGIN + 1_200, 5, '/wh/kick'),
      requests('200', () => 500),
      requests('500', () => 0),
    ],
    checks: [firing(BEGIN + 300, BURN, alarm('critical', '30m', 'webhooks'))],
  },
  {
    title: `${BURN} lets three failed requests of a quiet night pass`,
    lasts: BEGIN + 2 * HOUR,
    timelines: [
      ...presence(API),
      requests('200', (at) => (at % 1_200 === 0 ? 1 : 0)),
      requests('500', (at) => (during(BEGIN, BEGIN + 90)(at) ? 1 : 0)),
    ],
    checks: [120, 300, 600, 1_800].map((after) => silent(BEGIN + after, BURN)),
  },
  {
    title: `${BURN} does not count client errors, hang-ups or redirects`,
    lasts: BEGIN + HOUR,
    timelines: [
      ...presence(API),
      ...['400', '401', '404', '409', '499', '304'].map((code) => requests(code, () => 20)),
    ],
    checks: [BEGIN, BEGIN + HOUR].map((at) => silent(at, BURN)),
  },
  {
    title: `${BURN} stays silent while one request in a thousand fails`,
    lasts: 8 * HOUR,
    timelines: [...presence(API), requests('200', () => 999), requests('503', () => 1)],
    checks: [HOUR, 4 * HOUR, 8 * HOUR].map((at) => silent(at, BURN)),
  },
  {
    title: `${BURN} adds up the replicas and survives the restart of one`,
    lasts: BEGIN + HOUR,
    timelines: [
      ...outage(BEGIN, BEGIN + HOUR, 5, undefined, { kind: 'api', pod: 'a' }),
      ...outage(BEGIN, BEGIN + HOUR, 5, undefined, {
        kind: 'api',
        pod: 'b',
        runs: [
          [0, BEGIN + 300],
          [BEGIN + 330, BEGIN + 9_999],
        ],
      }),
    ],
    checks: [240, 330, 900].map((after) => firing(BEGIN + after, BURN, alarm('critical', '30m'))),
  },
  {
    title: `${BURN} finds a burn of six times the budget once it has seen half of six hours`,
    lasts: 5 * HOUR,
    timelines: [...presence(API), requests('200', () => 96), requests('500', () => 4)],
    checks: [silent(2 * HOUR, BURN), firing(4 * HOUR, BURN, alarm('critical', '6h'))],
  },
]

/** Told to the rule alone. */
export const burnBattery: Battery = { name: BURN, alerts: [BURN], scenarios: burning }
