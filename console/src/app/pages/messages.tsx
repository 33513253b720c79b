import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { ChatMessage, Setup } from '../../server/state.ts'
import { ask, useAsked } from '../ask.ts'
import { clock, exact } from '../format.ts'
import { useLive } from '../live.ts'
import { addressHere, useRoute } from '../router.ts'
import { Empty, Failed, Icon, Loading, withEmoji } from '../ui.tsx'

/** Telegram's entities and the elements that show them; any other is plain text. https://core.telegram.org/bots/api#messageentity */
const ELEMENTS = {
  bold: 'b',
  italic: 'i',
  underline: 'u',
  strikethrough: 's',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
} as const

type Entity = ChatMessage['entities'][number]

/** Text with its entities, which may be nested but never overlap; offsets are UTF-16, as in JavaScript. */
function formatted(
  text: string,
  entities: readonly Entity[],
  from = 0,
  to = text.length,
): ComponentChildren[] {
  const parts: ComponentChildren[] = []
  let at = from
  for (const entity of entities) {
    const end = entity.offset + entity.length
    if (entity.offset < at || end > to || entity.length === 0) continue
    parts.push(withEmoji(text.slice(at, entity.offset)))
    const inner = entities.filter(
      (one) => one !== entity && one.offset >= entity.offset && one.offset + one.length <= end,
    )
    const content = formatted(text, inner, entity.offset, end)
    const Element = ELEMENTS[entity.type as keyof typeof ELEMENTS] ?? 'span'
    const url = entity.url ?? (entity.type === 'url' ? text.slice(entity.offset, end) : undefined)
    parts.push(
      url ? (
        <a href={addressHere(url)} title={url}>
          {content}
        </a>
      ) : (
        <Element>{content}</Element>
      ),
    )
    at = end
  }
  return [...parts, withEmoji(text.slice(at, to))]
}

export function Bubble({ message }: { readonly message: ChatMessage }) {
  return (
    <div class="bubble" id={`message-${message.id}`}>
      <p dir="auto">{formatted(message.text, message.entities)}</p>
      <footer>
        {message.silent && <span title="Arrives without a sound">silent</span>}
        <time title={exact(message.at)}>{clock(message.at).slice(0, 5)}</time>
      </footer>
    </div>
  )
}

const dayOf = (ms: number): string =>
  new Date(ms).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' })

export function Messages({ setup }: { readonly setup: Setup }) {
  const { state } = useLive()
  const { search, hash, change } = useRoute()
  const { data, error } = useAsked((signal) => ask<ChatMessage[]>('/api/messages', { signal }), 0, [
    state?.messages?.count,
  ])
  const end = useRef<HTMLDivElement>(null)
  const places = [...new Set((data ?? []).map(placeOf))]
  const wanted = search.get('chat')
  const shown = (data ?? []).filter((message) => !wanted || placeOf(message) === wanted)
  useEffect(() => {
    const target = hash ? document.getElementById(hash) : undefined
    if (target) target.scrollIntoView({ block: 'center' })
    else end.current?.scrollIntoView({ block: 'end' })
  }, [shown.length, hash])
  if (!setup.hasMessages)
    return (
      <Empty isPage title="The messages of this environment are in Telegram.">
        The Bot API hands no sent message back, so the console cannot show them. What Alertmanager
        holds is on <a href="/alerts">Alerts</a>.
      </Empty>
    )
  if (error && !data) return <Failed what="The chat cannot be read." error={error} />
  if (!data) return <Loading />
  let day = ''
  return (
    <section class="chat-frame" aria-label="The Telegram chat">
      <header>
        <span class="avatar">
          <Icon name="telegram" />
        </span>
        <div>
          <h1>Operations</h1>
          <small>
            {data.length} {data.length === 1 ? 'message' : 'messages'}, received by the fake
            Telegram
          </small>
        </div>
        {places.length > 1 && (
          <fieldset class="filter">
            <legend class="hidden">Chat</legend>
            {places.map((place) => (
              <button
                type="button"
                key={place}
                aria-pressed={wanted === place}
                onClick={() => change({ chat: wanted === place ? undefined : place })}
              >
                {place}
              </button>
            ))}
          </fieldset>
        )}
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard must reach what scrolls. */}
      <div class="chat" role="log" tabIndex={0} aria-label="Messages">
        {shown.length === 0 && (
          <Empty title="No message has arrived.">
            Break something on the <a href="/">overview</a>: its message appears here.
          </Empty>
        )}
        {shown.flatMap((message) => {
          const before = day
          day = dayOf(message.at)
          const bubble = <Bubble key={message.id} message={message} />
          return day === before
            ? [bubble]
            : [
                <div class="day" key={day}>
                  {day}
                </div>,
                bubble,
              ]
        })}
        <div ref={end} />
      </div>
      <footer>Times are UTC. Links lead to the pages of this console.</footer>
    </section>
  )
}

/** A chat, and the topic of it where it has some. */
const placeOf = ({ chatId, topic }: ChatMessage): string =>
  topic === undefined ? `chat ${chatId}` : `chat ${chatId}, topic ${topic}`
