export * from './catalogue/index.ts'
export type { ClientRegistry } from './expose/index.ts'
export { type Log, silent } from './log.ts'
export * from './record/index.ts'
export type {
  ListenOptions,
  MetricsServer,
  ScrapeAnswer,
  ScrapeHeaders,
} from './server/index.ts'
export { createSideport, type Sideport, type SideportOptions } from './sideport.ts'
