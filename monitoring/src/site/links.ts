import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import { readDocument } from './document.ts'

const isOutside = (target: string) => /^[a-z]+:/.test(target)

/** The site holds the pages of this folder; a link out of it would lead nowhere there. */
const SITE = 'docs/'

/**
 * Links that lead nowhere: to a file that is not there, to a heading that no page has, or out of the
 * site. Addresses of the web are not tried. Sentences; empty when all links hold.
 *
 * @param root the project's folder
 * @param pages the text of each page, by its path below the folder
 */
export const brokenLinks = (root: string, pages: ReadonlyMap<string, string>): string[] => {
  const anchors = new Map(
    [...pages].map(([path, text]) => [
      path,
      readDocument(text).headings.map(({ anchor }) => anchor),
    ]),
  )
  const complaint = (page: string, target: string): string | undefined => {
    const [file = '', anchor] = target.split('#')
    const path = file === '' ? page : posix.join(posix.dirname(page), decodeURI(file))
    if (page.startsWith(SITE) && !path.startsWith(SITE))
      return `leaves ${SITE}, where the site ends; write the path as code instead`
    if (!existsSync(join(root, path))) return `leads to ${path}, which is not there`
    if (anchor === undefined || anchors.get(path)?.includes(anchor)) return undefined
    return `leads to the heading #${anchor}, which ${path} does not have`
  }
  return [...pages].flatMap(([page, text]) =>
    readDocument(text)
      .links.filter((target) => !isOutside(target))
      .flatMap((target) => {
        const says = complaint(page, target)
        return says === undefined ? [] : [`${page}: the link (${target}) ${says}.`]
      }),
  )
}
