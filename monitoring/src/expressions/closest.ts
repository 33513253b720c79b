/** How many letters must change to make one word of the other (Levenshtein). */
const distance = (one: string, other: string): number => {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1]
    for (const [index, counterpart] of [...other].entries())
      next.push(
        Math.min(
          (row[index] ?? 0) + (letter === counterpart ? 0 : 1),
          (row[index + 1] ?? 0) + 1,
          (next[index] ?? 0) + 1,
        ),
      )
    row = next
  }
  return row.at(-1) ?? 0
}

/** The word that was probably meant, if one is near enough. */
export const closest = (word: string, words: readonly string[]): string | undefined => {
  const ranked = words
    .map((each) => ({ each, far: distance(word, each) }))
    .sort((a, b) => a.far - b.far)
  const [best] = ranked
  return best && best.far <= Math.max(2, word.length / 4) ? best.each : undefined
}
