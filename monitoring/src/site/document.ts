import GithubSlugger from 'github-slugger'
import { Marked, type Token, type Tokens } from 'marked'

interface Heading {
  readonly depth: number
  readonly text: string
  /** As GitHub makes it, so that links hold there and in the site. */
  readonly anchor: string
}

/** A Markdown page, read. */
export interface Document {
  readonly title: string
  readonly headings: readonly Heading[]
  /** Targets of links and images, as they are written. */
  readonly links: readonly string[]
  readonly tokens: readonly Token[]
}

const markdown = new Marked()

/** What is read aloud of a heading: links and code without their signs. */
const plainText = (tokens: readonly Token[] = []): string =>
  tokens
    .map((token) =>
      'tokens' in token ? plainText(token.tokens) : 'text' in token ? token.text : '',
    )
    .join('')

/** Reads a Markdown page in GitHub's dialect. */
export const readDocument = (text: string): Document => {
  const slugger = new GithubSlugger()
  const headings: Heading[] = []
  const links: string[] = []
  const tokens = markdown.lexer(text)
  markdown.walkTokens(tokens, (token) => {
    if (token.type === 'heading') {
      const { depth, tokens: inside } = token as Tokens.Heading
      const heading = plainText(inside)
      headings.push({ depth, text: heading, anchor: slugger.slug(heading) })
    }
    if (token.type === 'link' || token.type === 'image') links.push((token as Tokens.Link).href)
  })
  return { title: headings[0]?.text ?? '', headings, links, tokens }
}

/**
 * Renders a page as HTML; headings get their anchors.
 *
 * @param follow turns the target of a link into the address in the site
 */
export const renderDocument = (
  { tokens, headings }: Document,
  follow: (target: string) => string,
): string => {
  const rest = headings.values()
  const renderer = new Marked({
    renderer: {
      heading({ depth, tokens: inside }) {
        const { anchor = '' } = rest.next().value ?? {}
        const title = this.parser.parseInline(inside)
        return `<h${depth} id="${anchor}"><a href="#${anchor}">${title}</a></h${depth}>\n`
      },
      link({ href, tokens: inside }) {
        return `<a href="${follow(href)}">${this.parser.parseInline(inside)}</a>`
      },
      // Comments are marks for the generator, and no page has other HTML.
      html: () => '',
    },
  })
  return renderer.parser([...tokens])
}
