import { readdirSync, readFileSync } from 'node:fs'
import { join, posix, relative, sep } from 'node:path'
import GithubSlugger from 'github-slugger'
import { Marked, type Token, type Tokens } from 'marked'

/** A page of the documentation. */
export interface DocPage {
  /** Its address below `/docs/`, such as `guides/alerting`. */
  readonly path: string
  readonly title: string
}

/** A page, or one section of it, ready to be shown. */
export interface RenderedDoc extends DocPage {
  /** Made from the repository's own Markdown; what HTML that has is shown as text. */
  readonly html: string
  readonly headings: readonly {
    readonly depth: number
    readonly text: string
    readonly anchor: string
  }[]
}

/** A section that fits a search. */
export interface DocHit extends DocPage {
  readonly heading: string
  readonly anchor: string
  readonly excerpt: string
}

interface Section {
  readonly page: DocPage
  readonly heading: string
  readonly depth: number
  readonly anchor: string
  readonly tokens: Token[]
  readonly text: string
}

const IGNORED = ['node_modules', '.vitepress', 'images', 'public']

export type Docs = ReturnType<typeof readDocs>

/** Reads every Markdown page below a folder. They are few, and are read again for each request. */
export function readDocs(folder: string) {
  const markdown = new Marked()

  function files(): string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .filter((path) => !path.split('/').some((part) => IGNORED.includes(part)))
      .sort()
  }

  function sections(file: string): Section[] {
    // Front matter and comments are for the generator.
    const text = readFileSync(join(folder, file), 'utf8').replace(/^---\n[\s\S]*?\n---\n/, '')
    const tokens = markdown.lexer(text)
    const slugger = new GithubSlugger()
    const found: Section[] = []
    let page: DocPage = { path: file.replace(/\.md$/, ''), title: file }
    let tokensHere: Token[] = []
    for (const token of tokens) {
      if (token.type === 'heading') {
        const { depth, text: raw } = token as Tokens.Heading
        const heading = plain(raw)
        if (found.length === 0) page = { ...page, title: heading }
        tokensHere = [token]
        found.push({
          page,
          heading,
          depth,
          anchor: slugger.slug(heading),
          tokens: tokensHere,
          text: '',
        })
      } else tokensHere.push(token)
    }
    return found.map((section) => ({
      ...section,
      page,
      text: plain(
        section.tokens
          .slice(1)
          .map(({ raw }) => raw)
          .join(' '),
      ),
    }))
  }

  function render(parts: readonly Section[], file: string, top: number): string {
    const levels = levelsOf(parts, top).values()
    const own = new Set(parts.map(({ anchor }) => anchor))
    const anchors = own.values()
    const renderer = new Marked({
      renderer: {
        heading({ tokens }) {
          const depth = levels.next().value ?? top
          const anchor = anchors.next().value ?? ''
          return `<h${depth} id="${anchor}"><a href="#${anchor}">${this.parser.parseInline(tokens)}</a></h${depth}>\n`
        },
        link({ href, tokens }) {
          const inside = this.parser.parseInline(tokens)
          // Of a part of a page, a link to another part leads to the whole page.
          const isElsewhere = href.startsWith('#') && !own.has(href.slice(1))
          const address = addressOf(isElsewhere ? `${posix.basename(file)}${href}` : href, file)
          return address === undefined
            ? `<span title="${escapeHtml(href)}">${inside}</span>`
            : `<a href="${escapeHtml(address)}">${inside}</a>`
        },
        image: ({ href, text }) =>
          `<img src="${escapeHtml(/^https?:/.test(href) ? '' : `/api/docs-image/${posix.join(posix.dirname(file), href)}`)}" alt="${escapeHtml(text)}">`,
        html: ({ text }) => (/^\s*<!--/.test(text) ? '' : escapeHtml(text)),
        table(token) {
          const row = (cells: Tokens.TableCell[], tag: string) =>
            `<tr>${cells.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join('')}</tr>`
          return `<div class="scroll" tabindex="0" role="group" aria-label="Table"><table><thead>${row(token.header, 'th')}</thead><tbody>${token.rows.map((cells) => row(cells, 'td')).join('')}</tbody></table></div>`
        },
        code: ({ text }) => `<pre><code>${escapeHtml(text)}</code></pre>`,
      },
    })
    return renderer.parser(parts.flatMap(({ tokens }) => tokens))
  }

  function rendered(parts: readonly Section[], file: string, top = 1): RenderedDoc | undefined {
    const [first] = parts
    if (first === undefined) return undefined
    return {
      ...first.page,
      html: render(parts, file, top),
      headings: parts.map(({ depth, heading, anchor }) => ({ depth, text: heading, anchor })),
    }
  }

  return {
    pages: (): DocPage[] =>
      files()
        .flatMap((file) => sections(file).slice(0, 1))
        .map(({ page }) => page)
        .sort((a, b) => Number(b.path === 'index') - Number(a.path === 'index')),

    /** A whole page; `undefined` where there is none of that name. */
    page(path: string): RenderedDoc | undefined {
      const file = files().find((one) => one === `${path}.md` || one === `${path}/index.md`)
      return file === undefined ? undefined : rendered(sections(file), file)
    },

    /**
     * What the runbooks say about an alert; its name may be written in any case.
     *
     * @param top the level of its heading, which is lower inside another page
     */
    runbook(alert: string, top = 1): RenderedDoc | undefined {
      for (const file of files().filter((path) => path.includes('runbook'))) {
        const all = sections(file)
        const at = all.findIndex(({ heading }) => heading.toLowerCase() === alert.toLowerCase())
        const start = all[at]
        if (start === undefined) continue
        const rest = all.slice(at + 1)
        const length = rest.findIndex(({ depth }) => depth <= start.depth)
        const parts = [start, ...(length < 0 ? rest : rest.slice(0, length))]
        return rendered(parts, file, top)
      }
      return undefined
    },

    /** The sections that contain every word, those with a word in their heading first. */
    search(query: string): DocHit[] {
      const words = query.toLowerCase().split(/\s+/).filter(Boolean)
      if (words.length === 0) return []
      return files()
        .flatMap(sections)
        .map((section) => ({ section, score: scoreOf(section, words) }))
        .filter(({ score }) => score > 0)
        .sort((a, b) => b.score - a.score)
        .slice(0, 40)
        .map(({ section: { page, heading, anchor, text } }) => ({
          ...page,
          heading,
          anchor,
          excerpt: excerptOf(text, words),
        }))
    },
  }
}

/** Levels of headings without a gap, from `top` on, however deep the Markdown has them. */
function levelsOf(parts: readonly Section[], top: number): number[] {
  const open: number[] = []
  return parts.map(({ depth }) => {
    while ((open.at(-1) ?? 0) >= depth) open.pop()
    open.push(depth)
    return Math.min(6, top - 1 + open.length)
  })
}

function scoreOf({ heading, text, page }: Section, words: readonly string[]): number {
  const [head, body] = [heading.toLowerCase(), text.toLowerCase()]
  if (!words.every((word) => head.includes(word) || body.includes(word))) return 0
  const inHead = words.filter((word) => head.includes(word)).length
  const exact = head === words.join(' ') ? 10 : 0
  return 1 + 5 * inHead + exact + (page.title.toLowerCase().includes(words[0] ?? '') ? 1 : 0)
}

/** The place where the first word is found, with what stands around it. */
function excerptOf(text: string, words: readonly string[]): string {
  const lower = text.toLowerCase()
  const found = words.map((word) => lower.indexOf(word)).filter((at) => at >= 0)
  const at = Math.max(0, Math.min(...found, text.length) - 60)
  const cut = text.slice(at, at + 180).trim()
  return `${at > 0 ? '… ' : ''}${cut}${at + 180 < text.length ? ' …' : ''}`
}

/**
 * Links between pages lead to the pages of the console, and those to elsewhere stay. What is neither is a
 * file of the repository, which the console does not show.
 */
function addressOf(href: string, file: string): string | undefined {
  if (/^(https?:|mailto:|#)/.test(href)) return href
  const [path = '', hash] = href.split('#')
  const target = posix.normalize(posix.join(posix.dirname(file), path))
  if (!target.endsWith('.md') || target.startsWith('..')) return undefined
  const anchor = hash === undefined ? '' : `#${hash}`
  return `/docs/${target.replace(/\.md$/, '').replace(/(^|\/)index$/, '$1')}${anchor}`
}

const plain = (markdown: string): string =>
  markdown
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[`*]|\|(?=\s|$)|^[\s|:-]+$/gm, '')
    .replace(/\s+/g, ' ')
    .trim()

const escapeHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
