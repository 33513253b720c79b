import { gauge, open } from '../catalogue/index.ts'
import { nothingToStop, type Part } from './part.ts'

/** What never changes while the process lives. */
export function processMetrics<const Exporter extends string>(
  prefix: string,
  exportedBy: readonly Exporter[],
) {
  return {
    processStartTime: gauge({
      name: `${prefix}process_start_time_seconds`,
      help: 'When this process started.',
      unit: 'seconds',
      aggregate: 'max',
      initially: 'absent',
      exportedBy,
    }),
    nodeVersion: gauge({
      name: `${prefix}nodejs_version_info`,
      help: 'Always 1; the labels say which Node.js runs.',
      labels: [
        open('version', { atMost: 1 }),
        open('major', { atMost: 1 }),
        open('minor', { atMost: 1 }),
        open('patch', { atMost: 1 }),
      ],
      aggregate: 'max',
      exportedBy,
    }),
  }
}

export const processFacts: Part<ReturnType<typeof processMetrics>> = ({ metrics, clock }) => {
  metrics.processStartTime.set(clock.now() - process.uptime())
  const [major = '', minor = '', patch = ''] = process.versions.node.split('.')
  metrics.nodeVersion.set({ version: process.version, major, minor, patch }, 1)
  return nothingToStop
}
