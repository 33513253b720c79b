import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const BUILD = join(import.meta.dirname, '../../build.mjs')

/** The production build in a temporary folder; its programs start several times faster than their sources. */
export interface Bundle {
  /** The file of one program. */
  file(program: 'api' | 'worker' | 'run-job' | 'redrive'): { readonly file: string }
  remove(): Promise<void>
}

/** Builds the commands that run in production. */
export async function bundle(): Promise<Bundle> {
  const folder = await mkdtemp(join(tmpdir(), 'verifluence-api-'))
  await promisify(execFile)(process.execPath, [BUILD, folder])
  return {
    file: (program) => ({ file: join(folder, `${program}.mjs`) }),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
