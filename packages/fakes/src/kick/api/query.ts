/** Reads repeated integer parameters; undefined when one of them is no positive integer. */
export function readIds(texts: readonly string[]): number[] | undefined {
  return texts.every((text) => /^[1-9]\d{0,15}$/.test(text)) ? texts.map(Number) : undefined
}
