/** The site that `npm run docs` builds from the pages of this folder. GitHub shows the same pages. */
import { renderMermaidSVG } from 'beautiful-mermaid'
import { slug } from 'github-slugger'
import { defineConfig } from 'vitepress'

const GUIDES = [
  { text: 'Run it locally', link: '/guides/run-locally' },
  { text: 'Add a metric, job, alert, panel', link: '/guides/how-to' },
  { text: 'Alerting', link: '/guides/alerting' },
  { text: 'Deploy', link: '/guides/deploy' },
  { text: 'Beyond one machine', link: '/guides/scaling' },
]

const REFERENCE = [
  { text: 'Metrics', link: '/reference/metrics' },
  { text: 'API metrics', link: '/reference/api-metrics' },
  { text: 'Worker metrics', link: '/reference/worker-metrics' },
  { text: 'Webhook metrics', link: '/reference/webhook-metrics' },
  { text: 'Alerts', link: '/reference/alerts' },
  { text: 'Failure modes', link: '/reference/failure-modes' },
  { text: 'Places that must agree', link: '/reference/agreements' },
  { text: 'Dashboards', link: '/reference/dashboards' },
  { text: 'Configuration', link: '/reference/configuration' },
  { text: 'Drill results', link: '/reference/drills' },
]

const STYLE = `
  .dark .diagram-light, html:not(.dark) .diagram-dark { display: none }
  :root { --vp-layout-max-width: 1680px }
  .VPDoc .container .content, .VPDoc .container .content .content-container { max-width: none !important }
  .vp-doc th, .vp-doc td { padding: 6px 10px; vertical-align: top }
  .vp-doc td code { overflow-wrap: anywhere }
`

export default defineConfig({
  title: 'Verifluence Monitoring',
  description: 'From the metric recorded in TypeScript to the message in Telegram',
  outDir: 'dist',
  // Alerts link to addresses without an ending: "/runbooks#workerdown".
  cleanUrls: true,
  head: [['style', {}, STYLE]],
  transformPageData(page) {
    // Their tables need the width.
    if (/^(reference\/|architecture)/.test(page.relativePath)) page.frontmatter.aside = false
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: { level: [2, 3] },
    nav: [
      { text: 'Runbooks', link: '/runbooks' },
      { text: 'Alerts', link: '/reference/alerts' },
      { text: 'Metrics', link: '/reference/metrics' },
    ],
    sidebar: [
      {
        items: [
          { text: 'Overview', link: '/' },
          { text: 'Architecture', link: '/architecture' },
          { text: 'Runbooks', link: '/runbooks' },
        ],
      },
      { text: 'Guides', items: GUIDES },
      { text: 'Reference', items: REFERENCE },
    ],
  },
  markdown: {
    // The anchors that GitHub makes, so that links to headings hold in both places.
    anchor: { slugify: slug },
    config(markdown) {
      const { fence } = markdown.renderer.rules
      markdown.renderer.rules.fence = (tokens, at, options, env, self) => {
        const token = tokens[at]
        if (token?.info === 'mermaid') return diagram(token.content)
        // The highlighter does not know PromQL.
        if (token?.info === 'promql') token.info = 'txt'
        return fence?.(tokens, at, options, env, self) ?? ''
      }
    },
  },
})

/** Drawn at build time, once for each colour scheme: as images, because their styles must not leak. */
function diagram(source: string): string {
  const image = (scheme: string, fg: string) => {
    const svg = renderMermaidSVG(source, { fg, transparent: true }).replace(
      /@import [^;]*;[^;]*;/,
      '',
    )
    const data = Buffer.from(svg).toString('base64')
    return `<img class="diagram-${scheme}" alt="Diagram" src="data:image/svg+xml;base64,${data}">`
  }
  return `<p>${image('light', '#27272a')}${image('dark', '#e4e4e7')}</p>\n`
}
