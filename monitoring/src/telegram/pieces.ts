/**
 * Look-alikes for the characters that mean something in HTML. Escaping would be just as safe, but it
 * makes five characters of one, and the length of a message could no longer be promised.
 */
const harmless: readonly (readonly [pattern: string, replacement: string])[] = [
  ['[\\\\p{C}\\\\s]+', ' '],
  ['<', '‹'],
  ['>', '›'],
  ['&', '＆'],
  ['[\\"\'`]', '’'],
  ['\\\\+', '＋'],
]

/** The sub-template that writes its argument without dangerous characters. */
export const plain = `{{ define "telegram.plain" }}{{ . ${harmless
  .map(([pattern, replacement]) => `| reReplaceAll "${pattern}" "${replacement}"`)
  .join(' ')} }}{{ end }}`

/** A value as text of a message: at most `length` characters, none of them dangerous. */
export const text = (value: string, length: number): string =>
  `{{ template "telegram.plain" (printf "%.${length}s" ${value}) }}`

/** A value as part of a URL: everything that a URL of ours does not need is left out. */
const urlSafe = (value: string, allowed: string, length: number): string =>
  `printf "%.${length}s" ${value} | reReplaceAll "[^${allowed}]" ""`

/**
 * A URL of ours has one `&` at most; it ends before a second. The engine knows that it stands in an
 * attribute and writes `&amp;`: many of them would make a message longer than promised.
 */
const oneAmpersand = 'reReplaceAll "(&[^&]*)&.*" "$1"'

/** A link to an address that an annotation holds, and what divides it from the next; nothing without one. */
export const link = (title: string, value: string): string =>
  `{{ with ${value} }}<a href="{{ ${urlSafe('.', 'A-Za-z0-9:/?#=&._%-', 200)} | ${oneAmpersand} }}">${title}</a> · {{ end }}`

/** A link to Alertmanager's form for a new silence, filled in with the given labels. */
export const silenceLink = (title: string, labels: readonly string[]): string => {
  const filter = labels
    .map(
      (label) => `${label}%3D%22{{ ${urlSafe(`.CommonLabels.${label}`, 'A-Za-z0-9_-', 60)} }}%22`,
    )
    .join('%2C')
  return `<a href="{{ .ExternalURL }}/#/silences/new?filter=%7B${filter}%7D">${title}</a>`
}
