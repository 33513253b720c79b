import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { PROJECT } from '@verifluence/testkit'

/** One thing that must hold of the whole repository. `check` returns complaints; none means it holds. */
export type Step = { readonly name: string; readonly check: () => Promise<string[]> }

/** A step that is a program of node_modules; what it says counts only when it fails, and then a remedy follows. */
export function programStep(
  name: string,
  [program, ...args]: readonly [string, ...string[]],
  remedy?: string,
): Step {
  const command = join(PROJECT, 'node_modules', '.bin', program)
  return {
    name,
    check: async () => {
      const complaints = await complaintsOf(command, args)
      return complaints.length > 0 && remedy ? [...complaints, remedy] : complaints
    },
  }
}

function complaintsOf(command: string, args: readonly string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], { cwd: PROJECT, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    child.once('error', reject)
    child.once('close', (code) => resolve(code === 0 ? [] : [output.trim()]))
  })
}
