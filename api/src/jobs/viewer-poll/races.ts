/** Unique violation, serialization failure, deadlock: somebody else wrote the same rows just then. */
const RACES = new Set(['23505', '40001', '40P01'])
const TRIES = 3

/**
 * Does a transaction again when it lost a race against a webhook that reports the same stream: the
 * second look sees what the webhook has written.
 */
export async function patientlyAgainstRaces<T>(work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await work()
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (tried >= TRIES || !RACES.has(String(code))) throw error
    }
  }
}
