import { readFileSync } from 'node:fs'
import type { Document } from './document.ts'

const style = readFileSync(new URL('style.css', import.meta.url), 'utf8')

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

/** A line of the navigation. */
export interface Entry {
  readonly title: string
  readonly href: string
  readonly current: boolean
}

const list = (items: readonly string[]) => `<ul>${items.join('')}</ul>`

/** A whole page: navigation, its sections, its text. Without scripts, in light and in dark. */
export const layout = (
  { title, headings }: Document,
  body: string,
  entries: readonly Entry[],
): string => {
  const sections = headings
    .filter(({ depth }) => depth === 2)
    .map(({ text, anchor }) => `<li><a href="#${anchor}">${escaped(text)}</a></li>`)
  const pages = entries.map(
    ({ title, href, current }) =>
      `<li><a href="${href}"${current ? ' aria-current="page"' : ''}>${escaped(title)}</a>${current ? list(sections) : ''}</li>`,
  )
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} · Verifluence monitoring</title>
<style>
${style}</style>
<nav>${list(pages)}</nav>
<main>
${body}</main>
</html>
`
}
