import { createLog, openPool } from '@verifluence/api/testing'

/** One connection to a database, with patience for large statements. */
export const openConnection = (url: string) =>
  openPool({
    url,
    name: 'bench',
    size: 1,
    connectMs: 5_000,
    statementMs: 120_000,
    log: createLog('api', 'silent'),
  })
