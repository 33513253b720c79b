import type { Pool } from 'pg'

/** What the readiness probe answers. */
export interface Health {
  /** Whether traffic should come here: the database answers and nobody asked us to leave. */
  readonly ready: () => Promise<boolean>
  /** From now on not ready. */
  readonly leave: () => void
}

const PATIENCE_MS = 1000

export const createHealth = (db: Pool): Health => {
  let leaving = false
  return {
    ready: async () => !leaving && (await answers(db)),
    leave: () => {
      leaving = true
    },
  }
}

const answers = async (db: Pool): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE_MS)
  })
  const asked = db.query('select 1').then(
    () => true,
    () => false,
  )
  const answered = await Promise.race([asked, late])
  clearTimeout(timer)
  return answered
}
