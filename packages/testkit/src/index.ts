export { readCommandLine } from './command-line.ts'
export { diskFault } from './disk-fault.ts'
export { answersOk } from './http.ts'
export { Interrupted, onInterrupt } from './interrupt.ts'
export { markdownTable } from './markdown.ts'
export { nodeCommand, PROJECT } from './node.ts'
export type { Exit } from './process/child.ts'
export { withLock } from './process/lock.ts'
export { freePort, portTaken } from './process/ports.ts'
export { endRecorded, recordedProcesses, survivors } from './process/recorded.ts'
export { claimRunFolder, type RunFolder } from './process/run-folder.ts'
export {
  createService,
  failureOf,
  type Service,
  type ServiceEvents,
  type ServiceSpec,
} from './process/service.ts'
export { createRandom, type Random } from './random.ts'
export type { Figure, Report } from './report.ts'
export { until } from './until.ts'
export { formatError, UserError } from './user-error.ts'
