import { lexer, type Token, type Tokens } from 'marked'
import type { ComponentChildren } from 'preact'

/** Addresses that a text may lead to; `javascript:` is none. */
const isSafe = (url: string): boolean => /^(https?:|mailto:|\/(?![/\\])|#)/i.test(url)

const inner = (token: Token): ComponentChildren =>
  'tokens' in token && token.tokens ? token.tokens.map(Piece) : 'text' in token ? token.text : ''

function Piece(token: Token): ComponentChildren {
  switch (token.type) {
    case 'heading':
      return <h4>{inner(token)}</h4>
    case 'paragraph':
      return <p>{inner(token)}</p>
    case 'strong':
      return <b>{inner(token)}</b>
    case 'em':
      return <em>{inner(token)}</em>
    case 'codespan':
      return <code>{token.text}</code>
    case 'code':
      return <pre>{token.text}</pre>
    case 'br':
      return <br />
    case 'hr':
      return <hr />
    case 'blockquote':
      return <blockquote>{inner(token)}</blockquote>
    case 'list': {
      const items = (token as Tokens.List).items.map((item, index) => (
        <li key={index}>{item.tokens.map(Piece)}</li>
      ))
      return (token as Tokens.List).ordered ? <ol>{items}</ol> : <ul>{items}</ul>
    }
    case 'link':
      return isSafe(token.href) ? <a href={token.href}>{inner(token)}</a> : inner(token)
    case 'space':
      return null
    default:
      return inner(token)
  }
}

/** Markdown as elements; HTML in it stays text. */
export function Markdown({ text }: { readonly text: string }) {
  return <div class="gf-text">{lexer(text).map(Piece)}</div>
}
