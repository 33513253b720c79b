/** Links, and paths of this repository, that pages name and that do not exist. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, matchesGlob, posix } from 'node:path'
import { PROJECT } from '@verifluence/testkit'
import GithubSlugger from 'github-slugger'
import { Marked, type Token, type Tokens } from 'marked'

interface Page {
  /** Targets of links and images, as they are written. */
  readonly links: readonly string[]
  /** The anchors that GitHub gives the headings. */
  readonly anchors: readonly string[]
  /** Inline code. */
  readonly code: readonly string[]
}

const markdown = new Marked()

function readPage(text: string): Page {
  const slugger = new GithubSlugger()
  const links: string[] = []
  const anchors: string[] = []
  const code: string[] = []
  markdown.walkTokens(markdown.lexer(text), (token) => {
    if (token.type === 'heading') anchors.push(slugger.slug(plainText(token.tokens)))
    if (token.type === 'link' || token.type === 'image') links.push((token as Tokens.Link).href)
    if (token.type === 'codespan') code.push((token as Tokens.Codespan).text)
  })
  return { links, anchors, code }
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
 * Links to a file or a heading that does not exist, or out of the site. External addresses are not
 * requested.
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
    if (!existsSync(join(root, path))) return `leads to ${path}, which does not exist`
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

/** A history names what is gone. */
const HISTORY = /CHANGELOG\.md$/
/** What a command writes. */
const OUTPUT = /(^|\/)dist\//
const PATH = /^[\w.@-]+(\/[\w.@<>{},*-]+)+\/?$/

/**
 * Paths in inline code that match no file. A path counts when its first folder exists, at the root or
 * next to the page; `*` and `<name>` stand for any name, `{a,b}` for each.
 *
 * @param files all files of the project
 */
export function missingPaths(
  texts: ReadonlyMap<string, string>,
  files: readonly string[],
): string[] {
  const folders = new Set(files.flatMap(foldersAbove))
  const everything = [...files, ...folders]
  const exists = (path: string) =>
    /[*{]/.test(path)
      ? everything.some((file) => matchesGlob(file, path))
      : folders.has(path) || files.includes(path)
  return [...texts]
    .filter(([page]) => !HISTORY.test(page))
    .flatMap(([page, text]) =>
      [...new Set(readPage(text).code)]
        .filter((code) => PATH.test(code) && !OUTPUT.test(code))
        .filter((code) => {
          const path = code.replace(/\/$/, '').replaceAll(/<[^>]*>/g, '*')
          const places = [path, posix.join(posix.dirname(page), path)]
          const isOurs = places.some((place) => {
            const depth = place.split('/').length - path.split('/').length + 1
            return folders.has(place.split('/').slice(0, depth).join('/'))
          })
          return isOurs && !places.some(exists)
        })
        .map((code) => `${page} names \`${code}\`, which does not exist.`),
    )
}

function foldersAbove(path: string): string[] {
  const services = path.split('/').slice(0, -1)
  return services.map((_, at) => services.slice(0, at + 1).join('/'))
}

/** Workspaces without a README. `docs/` is a site with a front page of its own. */
export function missingReadmes(files: readonly string[]): string[] {
  return files
    .filter((file) => file.endsWith('/package.json') && !file.startsWith(SITE))
    .map((file) => posix.join(posix.dirname(file), 'README.md'))
    .filter((readme) => !files.includes(readme))
    .map(
      (readme) =>
        `${readme} is missing: say in ten lines what the workspace is, where it starts and how to extend it.`,
    )
}

/** All of these, for every page of the project. */
export async function pageFaults(): Promise<string[]> {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: PROJECT,
    encoding: 'utf8',
  })
  const files = listed
    .trim()
    .split('\n')
    .filter((path) => existsSync(join(PROJECT, path)))
  const texts = new Map(
    files
      .filter((path) => path.endsWith('.md'))
      .map((path) => [path, readFileSync(join(PROJECT, path), 'utf8')]),
  )
  return [...brokenLinks(PROJECT, texts), ...missingPaths(texts, files), ...missingReadmes(files)]
}
