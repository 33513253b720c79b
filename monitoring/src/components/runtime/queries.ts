import { names, type Queries, type Theme } from '../query.ts'

const { dbPoolConnections, dbPoolWaiting, buildInfo } = names
const { processStartTime, nodeVersion, processCpu, processCpuUser, processCpuSystem } = names
const { processOpenFds, processMaxFds, processClock } = names
const { postgresConnections, postgresConnectionsLimit, postgresOldestTransaction } = names
const { postgresLockWaiters, postgresDeadTupleRatio } = names

/** The processes themselves: what runs, since when, and what it holds. */
export const processes = {
  name: 'process',
  page: 'api-metrics',
  queries: {
    buildInfo: [
      {
        answers: 'Replicas of each build: two builds of one service are a deploy under way.',
        expr: `count by (service, version, revision) (${buildInfo})`,
      },
    ],
    processStartTime: [
      {
        answers: 'Seconds since each process started.',
        expr: `time() - max by (service, instance) (${processStartTime})`,
      },
      {
        answers: 'Restarts of each process in the last day.',
        expr: `max by (service, instance) (changes(${processStartTime}[1d]))`,
      },
    ],
    nodeVersion: [
      {
        answers: 'Replicas of each version of Node.js.',
        expr: `count by (service, version) (${nodeVersion})`,
      },
    ],
    dbPoolConnections: [
      {
        answers: 'Connections to PostgreSQL, busy and idle, by service.',
        expr: `sum by (service, state) (${dbPoolConnections})`,
      },
    ],
    dbPoolWaiting: [
      {
        answers: 'The longest queue for a connection in the last hour, on each replica.',
        expr: `max by (service, instance) (max_over_time(${dbPoolWaiting}[1h]))`,
      },
    ],
    processClock: [
      {
        answers: "Seconds by which the clock of each replica differs from Prometheus' clock.",
        expr: `${processClock} - timestamp(${processClock})`,
      },
    ],
    postgresConnections: [
      {
        answers: 'Connections of all clients to PostgreSQL, by state.',
        expr: `max by (state) (${postgresConnections})`,
      },
    ],
    postgresConnectionsLimit: [
      {
        answers: 'Share of the connections that PostgreSQL accepts.',
        expr: `sum (max by (state) (${postgresConnections}))\n/\nmax(${postgresConnectionsLimit})`,
      },
    ],
    postgresOldestTransaction: [
      {
        answers: 'Seconds for which the oldest transaction has been open.',
        expr: `time() - max(${postgresOldestTransaction})`,
        mayBeEmpty: 'no transaction is open at the moment of the scrape',
      },
    ],
    postgresLockWaiters: [
      {
        answers: 'Connections that wait for a lock.',
        expr: `max(${postgresLockWaiters})`,
      },
    ],
    postgresDeadTupleRatio: [
      {
        answers: 'Share of dead rows in the most bloated table.',
        expr: `max(${postgresDeadTupleRatio})`,
      },
    ],
    processCpu: [
      {
        answers: 'Processor cores in use, on each replica.',
        expr: `sum by (service, instance) (rate(${processCpu}[5m]))`,
      },
    ],
    processCpuUser: [
      {
        answers: 'The part of it spent in our own code.',
        expr: `sum by (service) (rate(${processCpuUser}[5m]))\n/\nsum by (service) (rate(${processCpu}[5m]))`,
      },
    ],
    processCpuSystem: [
      {
        answers: 'The part of it spent in the kernel.',
        expr: `sum by (service) (rate(${processCpuSystem}[5m]))\n/\nsum by (service) (rate(${processCpu}[5m]))`,
      },
    ],
    processOpenFds: [
      {
        answers: 'Open files and sockets, on each replica.',
        expr: `max by (service, instance) (${processOpenFds})`,
      },
    ],
    processMaxFds: [
      {
        answers: 'Share of the allowed descriptors that is open, on each replica.',
        expr: `max by (service, instance) (${processOpenFds})\n/\nmax by (service, instance) (${processMaxFds})`,
        mayBeEmpty: 'the number is not limited',
      },
    ],
  },
} as const satisfies Theme

const { eventLoopTime, eventLoopDelay, gcDuration } = names

/** The value of each replica, as it stands. */
const each = (answers: string, metric: string): Queries => [
  { answers, expr: `max by (service, instance) (${metric})` },
]

const byKind = (answers: string, metric: string, label: string): Queries => [
  { answers, expr: `sum by (service, ${label}) (${metric})` },
]

const lag = (what: string, metric: string): Queries => [
  { answers: `${what}, the worst replica of each service.`, expr: `max by (service) (${metric})` },
]

/** The event loop. */
export const eventLoop = {
  name: 'event-loop',
  page: 'api-metrics',
  queries: {
    eventLoopTime: [
      {
        answers: 'Share of time in which the loop was busy, on each replica.',
        expr: `sum by (service, instance) (rate(${eventLoopTime}{state="active"}[5m]))\n/\nsum by (service, instance) (rate(${eventLoopTime}[5m]))`,
      },
    ],
    eventLoopDelay: [
      {
        answers: 'Seconds by which 99 of 100 timers were late at most, over all replicas.',
        expr: `histogram_quantile(0.99, sum by (service, le) (rate(${eventLoopDelay}_bucket[5m])))`,
      },
    ],
    eventLoopLag: lag('Seconds by which the latest timer was late', names.eventLoopLag),
    eventLoopLagMin: lag('The least delay', names.eventLoopLagMin),
    eventLoopLagMax: lag('The greatest delay', names.eventLoopLagMax),
    eventLoopLagMean: lag('The mean delay', names.eventLoopLagMean),
    eventLoopLagStddev: lag('How far delays scatter', names.eventLoopLagStddev),
    eventLoopLagP50: lag('The median delay', names.eventLoopLagP50),
    eventLoopLagP90: lag('The delay that one in ten exceeds', names.eventLoopLagP90),
    eventLoopLagP99: lag('The delay that one in a hundred exceeds', names.eventLoopLagP99),
  },
} as const satisfies Theme

/** Memory, and what cleans it up. */
export const memory = {
  name: 'memory',
  page: 'api-metrics',
  queries: {
    processResidentMemory: each(
      'Bytes of memory, as the container counts them.',
      names.processResidentMemory,
    ),
    processVirtualMemory: each('Bytes of address space.', names.processVirtualMemory),
    processHeap: each('Bytes of the data segment.', names.processHeap),
    heapSizeTotal: [
      {
        answers: 'Share of the JavaScript heap that is in use.',
        expr: `max by (service, instance) (${names.heapSizeUsed})\n/\nmax by (service, instance) (${names.heapSizeTotal})`,
      },
    ],
    heapSizeUsed: [
      {
        answers: 'Growth of the used heap in bytes a second; above 0 for hours is a leak.',
        expr: `max by (service, instance) (deriv(${names.heapSizeUsed}[1h]))`,
      },
    ],
    externalMemory: each('Bytes held outside the heap: buffers, mostly.', names.externalMemory),
    heapSpaceTotal: byKind('Bytes of each space.', names.heapSpaceTotal, 'space'),
    heapSpaceUsed: byKind('Bytes in use of each space.', names.heapSpaceUsed, 'space'),
    heapSpaceAvailable: byKind('Bytes free in each space.', names.heapSpaceAvailable, 'space'),
    gcDuration: [
      {
        answers: 'Share of time spent on collecting garbage, by kind.',
        expr: `sum by (service, kind) (rate(${gcDuration}_sum[5m]))`,
      },
    ],
  },
} as const satisfies Theme

const NOT_SEEN = 'none is open at the moment'
const open = (answers: string, metric: string): Queries => [
  { answers, expr: `sum by (service, type) (${metric})`, mayBeEmpty: NOT_SEEN },
]

/** What keeps the event loop occupied. */
export const resources = {
  name: 'resources',
  page: 'api-metrics',
  queries: {
    activeResources: open('Resources that keep the loop alive, by type.', names.activeResources),
    activeResourcesTotal: each('All of them.', names.activeResourcesTotal),
    activeHandles: open('Sockets, servers and timers, by type.', names.activeHandles),
    activeHandlesTotal: each('All of them.', names.activeHandlesTotal),
    activeRequests: open('System calls under way, by type.', names.activeRequests),
    activeRequestsTotal: each('All of them.', names.activeRequestsTotal),
  },
} as const satisfies Theme

const { scrapes, scrapeDuration, seriesExported, seriesDropped, valuesRefused } = names
const { collectorFailures } = names

/** The metrics ports report on themselves. */
export const exposition = {
  name: 'exposition',
  page: 'api-metrics',
  queries: {
    scrapes: [
      {
        answers: 'Scrapes of the last hour, by how they were answered.',
        expr: `sum by (service, code) (increase(${scrapes}[1h]))`,
      },
    ],
    scrapeDuration: [
      {
        answers: 'Mean seconds of a scrape, by service.',
        expr: `sum by (service) (rate(${scrapeDuration}_sum[5m]))\n/\nsum by (service) (rate(${scrapeDuration}_count[5m]))`,
      },
    ],
    seriesExported: [
      { answers: 'Series of each service.', expr: `sum by (service) (${seriesExported})` },
    ],
    seriesDropped: [
      {
        answers: 'Recordings that were folded into `other`, by metric, since the process started.',
        expr: `sum by (service, metric) (${seriesDropped})`,
        mayBeEmpty: 'no label has left its domain',
      },
    ],
    valuesRefused: [
      {
        answers: 'Values that were no measurement, by metric, since the process started.',
        expr: `sum by (service, metric) (${valuesRefused})`,
        mayBeEmpty: 'every value was one',
      },
    ],
    collectorFailures: [
      {
        answers: 'Collectors that failed during a scrape in the last hour, and how.',
        expr: `sum by (service, collector, reason) (increase(${collectorFailures}[1h]))`,
        mayBeEmpty: 'no collector has failed',
      },
    ],
  },
} as const satisfies Theme
