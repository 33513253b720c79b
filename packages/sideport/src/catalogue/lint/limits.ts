import { DEFAULT_MAX_SERIES, type Definition } from '../definition.ts'

const isLimit = (value: number) => Number.isInteger(value) && value >= 1

/** What keeps the number of series and of lines in bounds; nothing can waive it. */
export const limitRules = {
  'label-domain': ({ labels }: Definition) => {
    for (const { names, known, atMost } of labels) {
      const label = `label ${names.join(', ')}`
      if (atMost === undefined) {
        if (known.length < 1) return `${label} allows no value`
      } else if (!isLimit(atMost)) {
        return `${label} may have at most ${atMost} values; say a whole number from 1 on`
      } else if (known.length > atMost) {
        return `${label} knows ${known.length} values already, more than the ${atMost} it may have`
      }
    }
    return undefined
  },

  'bounded-series': ({ labels, maxSeries = DEFAULT_MAX_SERIES }: Definition) => {
    if (!isLimit(maxSeries)) return `maxSeries is ${maxSeries}; say a whole number from 1 on`
    const known = labels.reduce((product, { known }) => product * Math.max(1, known.length), 1)
    return known > maxSeries
      ? `its closed labels alone make ${known} series, more than maxSeries ${maxSeries}`
      : undefined
  },

  'bucket-order': (definition: Definition) => {
    if (definition.type !== 'histogram') return undefined
    const { buckets } = definition
    if (buckets.length === 0) return 'it has no buckets'
    return buckets.every(
      (edge, at) => Number.isFinite(edge) && edge > (buckets[at - 1] ?? -Infinity),
    )
      ? undefined
      : 'bucket edges must be finite and ascending, each once'
  },
}
