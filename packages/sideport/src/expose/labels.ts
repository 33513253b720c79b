import type { LabelSet } from '../catalogue/index.ts'
import { labelValue } from './text.ts'

/** Label pairs as they stand between the braces: `a="x",b="y"`. */
export const labelPairs = (labels: LabelSet): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${labelValue(value)}"`)
    .join(',')

/** What precedes a sample's value, with the line feed that ends the line before. */
export const linePrefix = (name: string, pairs: string): string =>
  flat(pairs === '' ? `\n${name} ` : `\n${name}{${pairs}} `)

/**
 * The same text in one run of memory. In V8 a string that was added up stays a tree of its parts,
 * which costs whoever keeps it and reads it on every scrape.
 */
export const flat = (text: string): string => Buffer.from(text).toString()
