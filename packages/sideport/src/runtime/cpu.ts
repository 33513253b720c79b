import { counter } from '../catalogue/index.ts'
import { nothingToStop, type Part } from './part.ts'

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
