import type { Definition } from '../definition.ts'
import type { LabelSet } from '../labels.ts'

const labelNames = ({ labels }: Definition) => labels.flatMap(({ names }) => names)

const misnamed = (label: string) => !/^[a-z_][a-z0-9_]*$/.test(label) || label.startsWith('__')
const ofTheFormat = (label: string) => label === 'le' || label === 'quantile'

/** What Prometheus' formats demand of labels; nothing can waive it. */
export const labelRules = {
  'label-name': (definition: Definition) => {
    const wrong = labelNames(definition).find(misnamed)
    return wrong === undefined ? undefined : `label ${wrong} must be lower snake_case without __`
  },

  'label-twice': (definition: Definition) => {
    const names = labelNames(definition)
    const twice = names.find((label, at) => names.indexOf(label) !== at)
    return twice && `label ${twice} is declared twice`
  },

  'format-label': (definition: Definition) => {
    const taken = labelNames(definition).find(ofTheFormat)
    return taken && `label ${taken} is made by Prometheus`
  },

  'value-twice': (definition: Definition) => {
    const twice = definition.labels.find(({ names, known }) => {
      const keys = known.map((set) => JSON.stringify(names.map((name) => set[name])))
      return new Set(keys).size < keys.length
    })
    return twice && `label ${twice.names.join(', ')} lists a value twice`
  },
}

const TARGET_LABELS = ['job', 'instance', 'namespace', 'pod', 'container', 'service', 'endpoint']

/** What makes a label a good one; a reason may outweigh it. */
export const labelTaste = {
  'target-label': (definition: Definition) => {
    const taken = labelNames(definition).find((label) => TARGET_LABELS.includes(label))
    return taken && `label ${taken} is set by the scraper on every target and would collide`
  },
}

/** Everything that is wrong with labels that every series of a process carries. */
export function lintConstantLabels(constant: LabelSet, definitions: readonly Definition[]) {
  return [
    ...Object.keys(constant)
      .filter(misnamed)
      .map((label) => `label ${label} must be lower snake_case without __`),
    ...Object.keys(constant)
      .filter(ofTheFormat)
      .map((label) => `label ${label} is made by Prometheus`),
    ...Object.entries(constant)
      .filter(([, value]: [string, unknown]) => typeof value !== 'string')
      .map(([label, value]) => `label ${label} has no text for a value, but ${value}`),
    ...definitions.flatMap((definition) =>
      labelNames(definition)
        .filter((label) => Object.hasOwn(constant, label))
        .map((label) => `${definition.name} has a label ${label} of its own; rename one`),
    ),
  ]
}
