import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT } from '@verifluence/testkit'
import { describe, expect, it } from 'vitest'

/** The commands that are programs of this project, with their files. */
const commands = [
  ...readFileSync(join(PROJECT, 'bootstrap.mjs'), 'utf8').matchAll(/^ {2}(\w+): \['(.*\.ts)'\]/gm),
].map(([, name = '', file = '']) => ({ name, file }))

interface Ended {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

function run(file: string, argument: string): Promise<Ended> {
  return new Promise((resolve) => {
    const args = ['--conditions=source', file, argument]
    execFile(process.execPath, args, { cwd: PROJECT }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    )
  })
}

it('finds the commands', () => {
  expect(commands.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['start', 'check', 'generate', 'drill', 'bench', 'console']),
  )
})

describe.concurrent.each(commands)('$name', ({ name, file }) => {
  it('rejects an unknown argument with a sentence that names it, and no stack trace', {
    timeout: 90_000,
  }, async ({ expect }) => {
    const { status, stderr } = await run(file, '--nonsense')
    expect(status).toBe(1)
    expect(stderr).toContain('--nonsense')
    expect(stderr).not.toMatch(/^ +at /m)
  })

  it('explains itself for --help', { timeout: 90_000 }, async ({ expect }) => {
    const { status, stdout } = await run(file, '--help')
    expect(status).toBe(0)
    expect(stdout).toMatch(name === 'commits' ? /commits/ : new RegExp(`npm (run )?${name}`))
  })
})
