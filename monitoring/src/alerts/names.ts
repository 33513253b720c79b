/** `viewer-poll` → `ViewerPoll` */
const pascal = (name: string) =>
  name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())

/** The alert of a job whose last success is too old: `viewer-poll` → `ViewerPollStale`. */
export const staleAlert = (job: string) => `${pascal(job)}Stale`
