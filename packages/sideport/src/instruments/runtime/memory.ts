import { readFileSync } from 'node:fs'
import { getHeapSpaceStatistics } from 'node:v8'
import { gauge, open } from '../../catalogue/index.ts'
import { nothingToStop, type Part } from './part.ts'

/** The memory of this process and of its JavaScript heap. */
export function memoryMetrics<const Exporter extends string>(
  prefix: string,
  exportedBy: readonly Exporter[],
) {
  const bytes = (name: string, help: string) =>
    gauge({
      name: `${prefix}${name}_bytes`,
      help,
      unit: 'bytes',
      aggregate: 'sum',
      initially: 'absent',
      exportedBy,
    })
  const spaceBytes = (kind: string) => ({
    ...bytes(`nodejs_heap_space_size_${kind}`, `Size of each space of the heap: ${kind}.`),
    labels: [open('space', { atMost: 20 })] as const,
  })
  return {
    processResidentMemory: bytes('process_resident_memory', 'Memory of this process held in RAM.'),
    processVirtualMemory: bytes('process_virtual_memory', 'Address space of this process.'),
    processHeap: bytes('process_heap', 'Data segment of this process.'),
    heapSizeTotal: bytes('nodejs_heap_size_total', 'Size of the JavaScript heap.'),
    heapSizeUsed: bytes('nodejs_heap_size_used', 'Used part of the JavaScript heap.'),
    externalMemory: bytes(
      'nodejs_external_memory',
      'Memory that JavaScript objects hold outside the heap.',
    ),
    heapSpaceTotal: spaceBytes('total'),
    heapSpaceUsed: spaceBytes('used'),
    heapSpaceAvailable: spaceBytes('available'),
  }
}

export const memory: Part<ReturnType<typeof memoryMetrics>> = ({ metrics, collect }) => {
  const heapKeys = [
    'heapSizeTotal',
    'heapSizeUsed',
    'externalMemory',
    'processResidentMemory',
  ] as const
  collect('runtime_heap', heapKeys, () => {
    const { heapTotal, heapUsed, external, rss } = process.memoryUsage()
    metrics.heapSizeTotal.set(heapTotal)
    metrics.heapSizeUsed.set(heapUsed)
    metrics.externalMemory.set(external)
    metrics.processResidentMemory.set(rss)
  })

  collect('runtime_heap_spaces', ['heapSpaceTotal', 'heapSpaceUsed', 'heapSpaceAvailable'], () => {
    for (const statistics of getHeapSpaceStatistics()) {
      const space = { space: statistics.space_name.replace(/_space$/, '') }
      metrics.heapSpaceTotal.set(space, statistics.space_size)
      metrics.heapSpaceUsed.set(space, statistics.space_used_size)
      metrics.heapSpaceAvailable.set(space, statistics.space_available_size)
    }
  })

  if (process.platform !== 'linux') return nothingToStop
  collect('runtime_memory', ['processVirtualMemory', 'processHeap'], () => {
    // Not a file on a disk: the kernel writes it from memory as it is read.
    const status = readFileSync('/proc/self/status', 'latin1')
    const kibibytes = (field: string) =>
      Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1])
    metrics.processVirtualMemory.set(kibibytes('VmSize') * 1_024)
    metrics.processHeap.set(kibibytes('VmData') * 1_024)
  })
  return nothingToStop
}
