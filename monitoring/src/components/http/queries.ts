import { names, type Theme } from '../query.ts'

const { httpRequests, httpRequestDuration, httpRequestsInFlight } = names

/** The HTTP server of the api. */
export const http = {
  name: 'http',
  page: 'api-metrics',
  queries: {
    httpRequests: [
      {
        answers: 'Requests a second of the ten busiest routes.',
        expr: `topk(10, sum by (method, route) (rate(${httpRequests}[5m])))`,
      },
      {
        answers: 'Share of requests answered with a server error. Without one it is 0.',
        expr: `(sum(rate(${httpRequests}{status_code=~"5.."}[5m])) or vector(0))\n/\nsum(rate(${httpRequests}[5m]))`,
      },
    ],
    httpRequestDuration: [
      {
        answers: 'Seconds within which 99 of 100 requests are answered, by route.',
        expr: `histogram_quantile(0.99, sum by (route, le) (rate(${httpRequestDuration}_bucket[5m])))`,
      },
      {
        answers: 'Share of requests answered within a quarter of a second.',
        expr: `sum(rate(${httpRequestDuration}_bucket{le="0.25"}[5m]))\n/\nsum(rate(${httpRequestDuration}_count[5m]))`,
      },
    ],
    httpRequestsInFlight: [
      {
        answers: 'The most requests at once in the last hour, on each replica.',
        expr: `max by (instance) (max_over_time(${httpRequestsInFlight}[1h]))`,
      },
    ],
  },
} as const satisfies Theme
