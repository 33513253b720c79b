import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createSocketServer, type Server } from 'node:net'
import { Registry } from 'prom-client'
import {
  counter,
  createSideport,
  histogram,
  type OutboundLabels,
  open,
  pairs,
  REQUEST_FAILURES,
  type RecordFetchOptions,
  recordFetch,
} from 'sideport'
import { onTestFinished } from 'vitest'
import { samplesOf } from '../../support/samples.ts'

const exportedBy = ['shop'] as const
const operation = pairs('target', 'operation', { bank: ['pay', 'refund'], post: ['send'] })

const catalogue = {
  attempts: counter({
    name: 'shop_outbound_total',
    help: 'Attempts.',
    labels: [operation, open('status_code', { atMost: 50, known: REQUEST_FAILURES })],
    exportedBy,
  }),
  duration: histogram({
    name: 'shop_outbound_duration_seconds',
    help: 'Time to the headers.',
    unit: 'seconds',
    labels: [operation],
    buckets: [1, 10],
    exportedBy,
  }),
}

type Options = Pick<RecordFetchOptions<OutboundLabels>, 'clock' | 'fetch'>

/** The recorder of a service, and readers of what a scrape shows. */
export function createBank(options: Options = {}) {
  const port = createSideport({ catalogue, exporter: 'shop', registry: new Registry() })
  const bank = recordFetch({ target: 'bank', metrics: port.metrics, ...options })

  async function read(name: string, label: string) {
    const samples = (await samplesOf(port)).filter((one) => one.name === name && one.value > 0)
    return Object.fromEntries(samples.map(({ labels, value }) => [labels[label], value]))
  }

  return {
    forOperation: bank,
    pay: bank('pay'),
    refund: bank('refund'),
    /** Counts by status code or failure. */
    counted: () => read('shop_outbound_total', 'status_code'),
    /** Summed seconds by operation. */
    seconds: () => read('shop_outbound_duration_seconds_sum', 'operation'),
  }
}

/** A service on a real port, closed after the test. */
export async function startService(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await listening(server)
  onTestFinished(() => server.closeAllConnections())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** The address of a port that nothing listens on any more. */
export async function closedPort(): Promise<string> {
  const server = createSocketServer()
  await listening(server)
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `127.0.0.1:${port}`
}

export async function listening(server: Server) {
  server.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
}
