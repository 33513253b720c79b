import { type Catalogue, lint } from '../catalogue/index.ts'
import { createFamily, type Family, type FamilyHooks } from './family.ts'
import { createHandle, type HandleOf } from './handle.ts'

/** The handles of those metrics of a catalogue that `Exporter` exports, under the same keys. */
export type MetricsOf<C extends Catalogue, Exporter extends string> = {
  readonly [Key in keyof C as Exporter extends C[Key]['exportedBy'][number]
    ? Key
    : never]: HandleOf<C[Key]>
}

/** A catalogue brought to life in one process. */
interface Recording<C extends Catalogue, Exporter extends string> {
  readonly metrics: MetricsOf<C, Exporter>
  /** By the same keys, in the order of the catalogue. */
  readonly families: ReadonlyMap<string, Family>
}

/**
 * Makes the metrics of one process from the catalogue, with every known label set in place.
 *
 * @throws Error naming every entry that breaks a lint rule: a mistake in the catalogue stops the
 * process at start, never later.
 */
export function createRecording<const C extends Catalogue, const Exporter extends string>(
  catalogue: C,
  exporter: Exporter,
  hooks: FamilyHooks,
): Recording<C, Exporter> {
  const problems = lint(catalogue)
  if (problems.length > 0) {
    throw new Error(`The metric catalogue has mistakes:\n  ${problems.join('\n  ')}`)
  }
  const exported = Object.entries(catalogue).filter(([, { exportedBy }]) =>
    exportedBy.includes(exporter),
  )
  const families = new Map(
    exported.map(([key, definition]) => [key, createFamily(definition, hooks)]),
  )
  const handles = [...families].map(([key, family]) => [key, createHandle(family)])
  return {
    metrics: Object.fromEntries(handles) as MetricsOf<C, Exporter>,
    families,
  }
}
