import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readStackConfig } from '../config.ts'
import { checkConfiguration, writeConfiguration } from '../configuration.ts'
import { buildTree, OPERATIONS } from '../derive/manifests/tree.ts'
import { derivedFiles } from '../derive/write.ts'
import { PROJECT } from '../parts/node.ts'
import { findTools } from '../prerequisites.ts'
import { Sentence } from '../sentence.ts'

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
    if (error instanceof Sentence) return [error.message]
    throw error
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
