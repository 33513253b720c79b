import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  buildTree,
  checkConfiguration,
  derivedFiles,
  findTools,
  OPERATIONS,
  readStackConfig,
  writeConfiguration,
} from '@verifluence/local'
import { PROJECT, UserError } from '@verifluence/testkit'

/** Builds the production tree, translates it for this machine, and lets promtool and amtool read the result. */
export async function derivationComplaints(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'derivation-'))
  const files = derivedFiles(folder)
  try {
    const manifests = await buildTree(PROJECT, OPERATIONS)
    writeConfiguration({ manifests, files, ports: readStackConfig({}).ports })
    await checkConfiguration(files, await findTools())
    return []
  } catch (error) {
    if (error instanceof UserError) return [error.message]
    throw error
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
