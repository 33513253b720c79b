/** Generated text of a page, by the name in its marker. */
export type Parts = Readonly<Record<string, string>>

const OPEN = /^<!-- generated: (.*?) -->$/gm
const CLOSE = '<!-- end -->'

/** The names of the generated parts of a page. */
export const partsOf = (text: string): string[] =>
  [...text.matchAll(OPEN)].map(([, name = '']) => name)

/**
 * Puts the generated text between `<!-- generated: NAME -->` and `<!-- end -->`, and leaves
 * everything else as it is written.
 *
 * @param page its path, for error messages
 * @throws Error when a marker has no end, or names a part that is not generated.
 */
export const fill = (page: string, text: string, parts: Parts): string => {
  const filled = text.split(/^(?=<!-- generated: )/m).map((section) => {
    const [name] = partsOf(section)
    if (name === undefined) return section
    const part = parts[name]
    if (part === undefined)
      throw new Error(
        `${page} asks for the part "${name}", which does not exist: use one of ${Object.keys(parts).join(', ')}.`,
      )
    const end = section.indexOf(CLOSE)
    if (end < 0) throw new Error(`${page}: the part "${name}" has no ${CLOSE}; put it back.`)
    return `<!-- generated: ${name} -->\n\n${part.trim()}\n\n${section.slice(end)}`
  })
  return filled.join('')
}
