import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Derived, Surroundings } from './derive.ts'

/** Where the derived files of one stack lie. */
export type DerivedFiles = {
  readonly prometheus: string
  readonly alertmanager: string
  readonly folders: Surroundings['folders']
}

/** The places below `folder`, before anything is written. */
export function derivedFiles(folder: string): DerivedFiles {
  return {
    prometheus: join(folder, 'prometheus.yaml'),
    alertmanager: join(folder, 'alertmanager.yaml'),
    folders: {
      rules: join(folder, 'rules'),
      secrets: join(folder, 'secrets'),
      templates: join(folder, 'templates'),
    },
  }
}

/** Writes the configuration, rules, templates and secrets, in place of what lay there. */
export function writeDerived(
  files: DerivedFiles,
  derived: Derived,
  secrets: Surroundings['secrets'],
): void {
  for (const folder of Object.values(files.folders)) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
  }
  writeFileSync(files.prometheus, yaml(derived.prometheus))
  writeFileSync(files.alertmanager, yaml(derived.alertmanager))
  for (const { name, content } of derived.ruleFiles) {
    writeFileSync(join(files.folders.rules, name), yaml(content))
  }
  for (const [name, content] of Object.entries(derived.templateFiles)) {
    writeFileSync(join(files.folders.templates, name), content)
  }
  for (const [name, keys] of Object.entries(secrets)) {
    mkdirSync(join(files.folders.secrets, name))
    for (const [key, value] of Object.entries(keys)) {
      writeFileSync(join(files.folders.secrets, name, key), value, { mode: 0o600 })
    }
  }
}

/** YAML 1.1 quoting: Go's parser reads `yes` and `on` as true. No aliases, for readability. */
function yaml(value: unknown): string {
  return stringify(value, { version: '1.1', aliasDuplicateObjects: false, lineWidth: 0 })
}
