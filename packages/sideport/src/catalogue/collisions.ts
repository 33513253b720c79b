import type { Definition } from './definition.ts'

/** What samples and families of a type are called, after the metric's name, in either format. */
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  gauge: [''],
  histogram: ['', '_bucket', '_count', '_sum', '_created'],
  summary: ['', '_count', '_sum', '_created'],
}

/**
 * Every name under which a metric appears in either format. In OpenMetrics the family of a counter
 * is called without `_total`, so a gauge of that name would be the same family.
 */
export function exposedNames({
  name,
  type,
}: {
  readonly name: string
  readonly type: string
}): readonly string[] {
  if (type !== 'counter') return (SUFFIXES[type] ?? ['']).map((suffix) => name + suffix)
  const family = name.replace(/_total$/, '')
  return [...new Set([name, family, `${family}_total`, `${family}_created`])]
}

/** Metrics that cannot appear in one exposition. */
export function collisions(definitions: readonly Definition[]): string[] {
  const owners = new Map<string, Definition>()
  return definitions.flatMap((definition) => {
    const names = exposedNames(definition)
    const taken = names.find((name) => owners.has(name))
    if (taken === undefined) {
      for (const name of names) owners.set(name, definition)
      return []
    }
    const { name } = owners.get(taken) as Definition
    return name === definition.name
      ? [`${name}: two entries have this name`]
      : [`${definition.name}: ${name} has the name ${taken} in the exposition already`]
  })
}
