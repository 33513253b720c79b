import { readdir, readFile, stat } from 'node:fs/promises'
import { counter, gauge, open } from '../../catalogue/index.ts'
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

/** The processor time of this process. */
export function cpuMetrics<const Exporter extends string>(
  prefix: string,
  exportedBy: readonly Exporter[],
) {
  const seconds = (kind: string, help: string) =>
    counter({
      name: `${prefix}process_cpu_${kind}seconds_total`,
      help,
      unit: 'seconds',
      exportedBy,
    })
  return {
    processCpu: seconds('', 'Processor time spent by this process.'),
    processCpuUser: seconds('user_', 'Processor time spent in user mode.'),
    processCpuSystem: seconds(
      'system_',
      'Processor time spent by the kernel on behalf of this process.',
    ),
  }
}

export const cpu: Part<ReturnType<typeof cpuMetrics>> = ({ metrics, collect }) => {
  collect('runtime_cpu', ['processCpu', 'processCpuUser', 'processCpuSystem'], () => {
    const { user, system } = process.cpuUsage()
    metrics.processCpu.advanceTo((user + system) / 1e6)
    metrics.processCpuUser.advanceTo(user / 1e6)
    metrics.processCpuSystem.advanceTo(system / 1e6)
  })
  return nothingToStop
}

/** The file descriptors of this process; on Linux only. */
export function descriptorMetrics<const Exporter extends string>(
  prefix: string,
  exportedBy: readonly Exporter[],
) {
  const count = (name: string, help: string) =>
    gauge({ name: `${prefix}${name}`, help, aggregate: 'sum', initially: 'absent', exportedBy })
  return {
    processOpenFds: count('process_open_fds', 'Open file descriptors.'),
    processMaxFds: count(
      'process_max_fds',
      'The most file descriptors that may be open; absent when there is no limit.',
    ),
  }
}

export const descriptors: Part<ReturnType<typeof descriptorMetrics>> = ({ metrics, collect }) => {
  if (process.platform !== 'linux') return nothingToStop
  collect('runtime_descriptors', ['processOpenFds', 'processMaxFds'], async () => {
    const [open, limits] = await Promise.all([countOpen(), readFile('/proc/self/limits', 'latin1')])
    metrics.processOpenFds.set(open)
    const most = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1])
    if (Number.isNaN(most)) metrics.processMaxFds.remove()
    else metrics.processMaxFds.set(most)
  })
  return nothingToStop
}

/**
 * Since Linux 6.2 the size of the folder is the number of open descriptors; before, it is 0 and the
 * folder has to be read, of which reading takes one itself.
 * https://git.kernel.org/torvalds/c/f1f1f2569901ec5b9d425f2e91c09a0e320768f3
 */
async function countOpen(): Promise<number> {
  const { size } = await stat('/proc/self/fd')
  return size > 0 ? size : (await readdir('/proc/self/fd')).length - 1
}
