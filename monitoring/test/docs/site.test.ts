import { describe, expect, it } from 'vitest'
import { renderSite } from '../../src/site/site.ts'

const site = renderSite(
  new Map([
    ['how-to', '# How to\n\nSee [the start](index.md#begin) and <b>this</b>.\n'],
    ['index', '# Overview & more\n\n## Begin\n\n[Steps](how-to.md)\n\n<!-- a mark -->\n'],
  ]),
)
const page = (path: string) => site.get(path) ?? ''

describe('the site', () => {
  it('gives each page an address without an ending', () => {
    expect([...site.keys()].sort()).toEqual(['how-to/index.html', 'index.html'])
  })

  it('leads from page to page, to the heading', () => {
    expect(page('index.html')).toContain('<a href="how-to/">Steps</a>')
    expect(page('how-to/index.html')).toContain('<a href="../#begin">the start</a>')
    expect(page('index.html')).toContain('<h2 id="begin">')
  })

  it('lists the overview first, and every page on every page', () => {
    for (const html of site.values())
      expect(html.indexOf('Overview &amp; more')).toBeLessThan(html.indexOf('How to</a>'))
  })

  it('leaves out marks and HTML', () => {
    expect(page('index.html')).not.toContain('a mark')
    expect(page('how-to/index.html')).not.toContain('<b>')
  })
})
