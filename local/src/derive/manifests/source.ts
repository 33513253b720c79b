import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT } from '@verifluence/testkit'
import { parseAllDocuments } from 'yaml'
import type { Manifest } from './parse.ts'
import { OPERATIONS } from './tree.ts'

/** The file of the operations tree that a derived rule file comes from; `undefined` where none is found. */
export function sourceOfRules(derived: string): string | undefined {
  const isSource = ({ kind, metadata }: Partial<Manifest>) =>
    kind === 'PrometheusRule' && derived.endsWith(`-${metadata?.name}.yaml`)
  const files = readdirSync(join(PROJECT, OPERATIONS), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => join(OPERATIONS, file))
  return files.find((file) => objectsIn(file).some((object) => object !== null && isSource(object)))
}

function objectsIn(file: string): (Partial<Manifest> | null)[] {
  return parseAllDocuments(readFileSync(join(PROJECT, file), 'utf8')).map((document) =>
    document.toJS(),
  )
}
