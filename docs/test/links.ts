import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import GithubSlugger from 'github-slugger'
import { Marked, type Token, type Tokens } from 'marked'

/** Targets of links and images as they are written, and the anchors that GitHub gives the headings. */
interface Page {
  readonly links: readonly string[]
  readonly anchors: readonly string[]
}

const markdown = new Marked()

function readPage(text: string): Page {
  const slugger = new GithubSlugger()
  const links: string[] = []
  const anchors: string[] = []
  markdown.walkTokens(markdown.lexer(text), (token) => {
    if (token.type === 'heading') anchors.push(slugger.slug(plainText(token.tokens)))
    if (token.type === 'link' || token.type === 'image') links.push((token as Tokens.Link).href)
  })
  return { links, anchors }
}

/** A heading without the signs of links and code. */
function plainText(tokens: readonly Token[] = []): string {
  return tokens
    .map((token) =>
      'tokens' in token ? plainText(token.tokens) : 'text' in token ? token.text : '',
    )
    .join('')
}

/** The site holds the pages of this folder; a link out of it would lead nowhere there. */
const SITE = 'docs/'

const isExternal = (target: string) => /^[a-z]+:/.test(target)

/**
 * Links to a file or a heading that does not exist, or out of the site. Addresses of the web are not
 * tried.
 *
 * @param root the project's folder
 * @param texts the text of each page, by its path below the folder
 * @returns one sentence for each; empty when all links hold
 */
export function brokenLinks(root: string, texts: ReadonlyMap<string, string>): string[] {
  const pages = new Map([...texts].map(([path, text]) => [path, readPage(text)]))
  const fault = (page: string, target: string): string | undefined => {
    const [file = '', anchor] = target.split('#')
    const path = file === '' ? page : posix.join(posix.dirname(page), decodeURI(file))
    if (page.startsWith(SITE) && !path.startsWith(SITE))
      return `leaves ${SITE}, where the site ends; write the path as code instead`
    if (!existsSync(join(root, path))) return `leads to ${path}, which is not there`
    if (anchor === undefined || pages.get(path)?.anchors.includes(anchor)) return undefined
    return `leads to the heading #${anchor}, which ${path} does not have`
  }
  return [...pages].flatMap(([page, { links }]) =>
    links
      .filter((target) => !isExternal(target))
      .flatMap((target) => {
        const found = fault(page, target)
        return found === undefined ? [] : [`${page}: the link (${target}) ${found}.`]
      }),
  )
}
