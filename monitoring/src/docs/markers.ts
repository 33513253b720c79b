/** Generated text of a page, by the name in its marker. It may depend on where the page lies. */
export type Parts = Readonly<Record<string, string>>

const OPEN = /^<!-- generated: ([\w-]+) -->$/gm
const CLOSE = '<!-- end -->'

/** The names of the parts that a page leaves to be generated. */
export const partsOf = (text: string): string[] =>
  [...text.matchAll(OPEN)].map(([, name = '']) => name)

/**
 * Puts the generated text between `<!-- generated: NAME -->` and `<!-- end -->`, and leaves
 * everything else as it is written.
 *
 * @param page its path, for complaints
 * @throws Error when a marker has no end, or names a part that nobody generates.
 */
export const fill = (page: string, text: string, parts: Parts): string => {
  const [before = '', ...sections] = text.split(/^(?=<!-- generated: )/m)
  const filled = sections.map((section) => {
    const [name = ''] = partsOf(section)
    const part = parts[name]
    if (part === undefined)
      throw new Error(
        `${page} asks for the part "${name}", which nobody generates: use one of ${Object.keys(parts).join(', ')}.`,
      )
    const end = section.indexOf(CLOSE)
    if (end < 0) throw new Error(`${page}: the part "${name}" has no ${CLOSE}; put it back.`)
    return `<!-- generated: ${name} -->\n\n${part.trim()}\n\n${section.slice(end)}`
  })
  return [before, ...filled].join('')
}
