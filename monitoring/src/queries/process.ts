import { names, type Theme } from './query.ts'

const { dbPoolConnections, dbPoolWaiting, buildInfo } = names
const { processStartTime, nodeVersion, processCpu, processCpuUser, processCpuSystem } = names
const { processOpenFds, processMaxFds } = names

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
