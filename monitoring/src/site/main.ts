/** `npm run docs`: the pages of docs/ as a site in docs/dist, for any server of files. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pagePaths, readPage } from '../docs/pages.ts'
import { brokenLinks } from './links.ts'
import { renderSite } from './site.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const target = join(root, 'docs', 'dist')

const pages = new Map(pagePaths().map((path) => [path, readPage(path)]))
const broken = brokenLinks(root, pages)
if (broken.length > 0) {
  console.error(broken.join('\n'))
  process.exit(1)
}

const site = renderSite(
  new Map(
    [...pages]
      .filter(([path]) => path.startsWith('docs/'))
      .map(([path, text]) => [basename(path, '.md'), text]),
  ),
)
rmSync(target, { recursive: true, force: true })
for (const [path, content] of site) {
  mkdirSync(dirname(join(target, path)), { recursive: true })
  writeFileSync(join(target, path), content)
}
console.log(`${site.size} pages in docs/dist; begin with docs/dist/index.html.`)
