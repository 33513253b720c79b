/** One row, by column name. */
export type Row = Readonly<Record<string, unknown>>

/**
 * Runs one statement and answers with its rows. It must give the statement up when `signal` fires,
 * and should make the database give it up on its own after `timeoutSeconds`.
 */
export type Query = (
  statement: string,
  limits: { readonly timeoutSeconds: number; readonly signal: AbortSignal },
) => Promise<readonly Row[]>
