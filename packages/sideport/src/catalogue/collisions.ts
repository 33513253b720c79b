import type { Definition } from './definition.ts'

/**
 * Every name under which a metric appears in either format. In OpenMetrics the family of a counter
 * is called without `_total`, so a gauge of that name would be the same family.
 */
function namesOf({ name, type }: Definition): readonly string[] {
  if (type === 'counter') return [name, name.replace(/_total$/, '')]
  if (type === 'gauge') return [name]
  return ['', '_bucket', '_count', '_sum'].map((suffix) => name + suffix)
}

/** Metrics that cannot stand side by side in one exposition. */
export function clashes(definitions: readonly Definition[]): string[] {
  const owners = new Map<string, Definition>()
  return definitions.flatMap((definition) => {
    const names = [...new Set(namesOf(definition))]
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
