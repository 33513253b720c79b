import { posix } from 'node:path'
import { readDocument, renderDocument } from './document.ts'
import { layout } from './layout.ts'

/** The pages in the order of the navigation; what is not named comes after them. */
const ORDER = [
  'index',
  'api-metrics',
  'worker-metrics',
  'webhook-metrics',
  'dashboards',
  'alerting',
  'runbooks',
  'how-to',
  'configuration',
]

const place = (name: string) => {
  const at = ORDER.indexOf(name)
  return at < 0 ? ORDER.length : at
}

/** Each page is a folder, so that its address has no ending: `runbooks/`. */
const folder = (name: string) => (name === 'index' ? '' : `${name}/`)

/** From one page's folder to another page. */
const wayTo = (from: string, to: string) =>
  `${posix.relative(`/${folder(from)}`, `/${folder(to)}`) || '.'}/`

/** A link between pages, as the site has it. */
const follow = (from: string) => (target: string) => {
  const page = /^([\w-]+)\.md(#.*)?$/.exec(target)
  return page ? `${wayTo(from, page[1] ?? '')}${page[2] ?? ''}` : target
}

/** The site's files by path, made of Markdown by page name. */
export const renderSite = (pages: ReadonlyMap<string, string>): Map<string, string> => {
  const documents = [...pages]
    .map(([name, text]) => ({ name, document: readDocument(text) }))
    .sort((one, other) => place(one.name) - place(other.name))
  return new Map(
    documents.map(({ name, document }) => {
      const entries = documents.map((other) => ({
        title: other.document.title,
        href: wayTo(name, other.name),
        current: other.name === name,
      }))
      const body = renderDocument(document, follow(name))
      return [`${folder(name)}index.html`, layout(document, body, entries)]
    }),
  )
}
