import type { JobFunction } from './context.ts'
import { viewerPoll } from './viewer-poll/index.ts'

/** What each job of the table does. */
export const jobFunctions = {
  'viewer-poll': viewerPoll,
} satisfies Readonly<Record<string, JobFunction>>
