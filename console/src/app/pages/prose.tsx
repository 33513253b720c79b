import { useEffect, useRef } from 'preact/hooks'
import type { RenderedDoc } from '../../server/docs.ts'
import { useRoute } from '../router.ts'

/**
 * A page of the documentation. Its HTML is made by the server from the repository's own Markdown, with
 * every tag that the Markdown itself has shown as text.
 */
export function Prose({ doc }: { readonly doc: RenderedDoc }) {
  const { hash } = useRoute()
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (hash) document.getElementById(decodeURIComponent(hash))?.scrollIntoView()
  }, [doc, hash])
  return <div class="prose" ref={box} dangerouslySetInnerHTML={{ __html: doc.html }} />
}
