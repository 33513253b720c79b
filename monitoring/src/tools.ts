/** What a program answered; a failing exit code is an answer too. */
interface Answer {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs one of the programs that are not npm packages. Where they come from is the caller's business:
 * this workspace checks and tests with them, it does not look for them.
 */
export type RunTool = (
  name: 'promtool' | 'amtool' | 'kustomize',
  args: readonly string[],
  options?: { cwd?: string; input?: string },
) => Promise<Answer>
