import { useEffect, useState } from 'preact/hooks'
import type { DocHit, DocPage, RenderedDoc } from '../../server/docs.ts'
import { ask, useAsked } from '../ask.ts'
import { useRoute } from '../router.ts'
import { Empty, Failed, Loading, SearchBox } from '../ui.tsx'
import { Prose } from './prose.tsx'

/** A page of the documentation, its neighbours, and what a search finds in all of them. */
export function Docs({ name }: { readonly name: string }) {
  const { page, search, change } = useRoute()
  const words = search.get('q') ?? ''
  const path =
    page === 'runbooks'
      ? '/api/docs/runbooks'
      : page === 'runbook'
        ? `/api/runbooks/${name}`
        : `/api/docs/${name || 'index'}`
  const { data: pages } = useAsked((signal) => ask<DocPage[]>('/api/docs', { signal }), 0, [])
  const { data: doc, error } = useAsked((signal) => ask<RenderedDoc>(path, { signal }), 0, [path])
  const { data: hits } = useAsked(
    (signal) =>
      words
        ? ask<DocHit[]>(`/api/search?q=${encodeURIComponent(words)}`, { signal })
        : Promise.resolve([]),
    0,
    [words],
  )
  const [open, setOpen] = useState(false)
  useEffect(() => setOpen(false), [path])
  const groups = groupsOf(pages ?? [])
  return (
    <div class="docs">
      <aside>
        <SearchBox value={words} onChange={(q) => change({ q })} label="Search the docs" />
        <button
          type="button"
          class="plain framed contents"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          Contents
        </button>
        <nav aria-label="Documentation" class={open ? 'open' : ''}>
          {groups.map(([group, members]) => (
            <section key={group}>
              {group && <h3>{group}</h3>}
              {members.map(({ path: to, title }) => (
                <a
                  key={to}
                  href={to === 'index' ? '/docs' : `/docs/${to}`}
                  aria-current={doc?.path === to && page !== 'runbook' ? 'page' : undefined}
                >
                  {title}
                </a>
              ))}
            </section>
          ))}
        </nav>
      </aside>
      <div class="page">
        {words ? (
          <Hits words={words} hits={hits} />
        ) : error && !doc ? (
          <Failed what="The page cannot be read." error={error} />
        ) : !doc ? (
          <Loading />
        ) : (
          <>
            {page === 'runbook' && (
              <p class="crumb">
                <a href="/docs/runbooks">Runbooks</a> /{' '}
                <a href={`/alerts/${doc.headings[0]?.text}`}>the alert</a>
              </p>
            )}
            <Prose doc={doc} />
          </>
        )}
      </div>
      {doc && !words && doc.headings.length > 2 && (
        <nav class="toc" aria-label="On this page">
          <h3>On this page</h3>
          {doc.headings
            .filter(({ depth }) => depth === 2 || depth === 3)
            .slice(0, 60)
            .map(({ depth, text, anchor }) => (
              <a key={anchor} href={`#${anchor}`} class={`depth-${depth}`}>
                {text}
              </a>
            ))}
        </nav>
      )}
    </div>
  )
}

function Hits({
  words,
  hits,
}: {
  readonly words: string
  readonly hits: readonly DocHit[] | undefined
}) {
  if (!hits) return <Loading />
  if (hits.length === 0)
    return (
      <Empty isPage title={`Nothing about “${words}”.`}>
        Try another word.
      </Empty>
    )
  return (
    <>
      <h1>
        {hits.length} {hits.length === 1 ? 'section' : 'sections'} about “{words}”
      </h1>
      <ol class="hits">
        {hits.map(({ path, title, heading, anchor, excerpt }) => (
          <li key={`${path}#${anchor}`}>
            <a href={`/docs/${path}#${anchor}`}>{heading}</a> <small>{title}</small>
            <p>
              <Marked text={excerpt} words={words.split(/\s+/).filter(Boolean)} />
            </p>
          </li>
        ))}
      </ol>
    </>
  )
}

/** A text with the words that were looked for marked in it. */
export function Marked({
  text,
  words,
}: {
  readonly text: string
  readonly words: readonly string[]
}) {
  if (words.length === 0) return <>{text}</>
  const pattern = new RegExp(
    `(${words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})`,
    'gi',
  )
  return (
    <>
      {text.split(pattern).map((part, index) =>
        // The parts between are at even places.
        index % 2 === 1 ? <mark key={`${index}${part}`}>{part}</mark> : part,
      )}
    </>
  )
}

/** The folders of the documentation, those at the top first. */
function groupsOf(pages: readonly DocPage[]): [string, DocPage[]][] {
  const groups = new Map<string, DocPage[]>([['', []]])
  for (const page of pages) {
    const folder = page.path.includes('/') ? (page.path.split('/')[0] ?? '') : ''
    groups.set(folder, [...(groups.get(folder) ?? []), page])
  }
  return [...groups]
}
