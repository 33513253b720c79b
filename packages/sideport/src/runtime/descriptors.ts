import { readdir, readFile, stat } from 'node:fs/promises'
import { gauge } from '../catalogue/index.ts'
import { nothingToStop, type Part } from './part.ts'

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
