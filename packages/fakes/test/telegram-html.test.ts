import { describe, expect, test } from 'vitest'
import { parseHtml } from '../src/telegram/html.ts'

/** Texts that Telegram refuses, and its own words for it. */
const refused: [markup: string, error: string][] = [
  ['a < b', 'Unsupported start tag "" at byte offset 2'],
  ['ü < b', 'Unsupported start tag "" at byte offset 3'],
  ['p99 <1s', 'Unclosed start tag at byte offset 4'],
  ['<br>', 'Unsupported start tag "br" at byte offset 0'],
  ['<br/>', 'Unsupported start tag "br/" at byte offset 0'],
  ['<p>x</p>', 'Unsupported start tag "p" at byte offset 0'],
  ['<h1>x</h1>', 'Unsupported start tag "h1" at byte offset 0'],
  ['<ul><li>x</li></ul>', 'Unsupported start tag "ul" at byte offset 0'],
  ['<IMG src="x">', 'Unsupported start tag "img" at byte offset 0'],
  ['ok <b', 'Unclosed start tag at byte offset 3'],
  ['ok <', 'Unclosed start tag at byte offset 3'],
  ['<b ', 'Empty attribute name in the tag "b" at byte offset 0'],
  ['<a href', 'Unclosed start tag "a" at byte offset 0'],
  ['<a href=', 'Unclosed start tag "a" at byte offset 0'],
  ['<a href="x">y', 'Can\'t find end tag corresponding to start tag "a"'],
  ['<a href="x', 'Unclosed start tag at byte offset 0'],
  ['<a href=\'x">y</a>', 'Unclosed start tag at byte offset 0'],
  ['<a =x>y</a>', 'Empty attribute name in the tag "a" at byte offset 0'],
  ['<a "x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'],
  ['<a href=http://x>y</a>', 'Unexpected end of name token at byte offset 8'],
  ['é<a href=a/b>y</a>', 'Unexpected end of name token at byte offset 10'],
  ['<span>x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
  ['x<span class="red">x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 1'],
  ['x</b>', 'Unexpected end tag at byte offset 1'],
  ['<b>x</b></b>', 'Unexpected end tag at byte offset 8'],
  ['<b>x</b', 'Unclosed end tag at byte offset 4'],
  ['<b>x</b y>', 'Unclosed end tag at byte offset 4'],
  ['<b><i>x</b></i>', 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'],
  ['<b>x</strong>', 'Unmatched end tag at byte offset 4, expected "</b>", found "</strong>"'],
  ['<b>x', 'Can\'t find end tag corresponding to start tag "b"'],
  ['<pre><code>x</code>', 'Can\'t find end tag corresponding to start tag "pre"'],
  ['<tg-emoji emoji-id="x">x</tg-emoji>', 'Invalid custom emoji identifier specified'],
  [
    '&#xD800;',
    'Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units',
  ],
]

/** Texts that Telegram accepts, and what a person then sees. */
const accepted: [markup: string, text: string, entities?: object[]][] = [
  ['', ''],
  ['a > b & c', 'a > b & c'],
  ['&lt;&gt;&amp;&quot;', '<>&"'],
  ['&lt &gt', '< >'],
  ['&#39;&#43;&#34;&#x2B;&#x2b', '\'+"++'],
  ['&#X41;', '&#X41;'],
  ['&nbsp;&apos;&LT;&laquo;', '&nbsp;&apos;&LT;&laquo;'],
  ['&#0;&#;&#x;&#99999999;', '&#0;&#;&#x;&#99999999;'],
  ['&ampersand', '&ampersand'],
  ['&constructor;', '&constructor;'],
  ['one\ntwo', 'one\ntwo'],
  ['<b>x</b>', 'x', [{ type: 'bold', offset: 0, length: 1 }]],
  ['<STRONG>x</Strong>', 'x', [{ type: 'bold', offset: 0, length: 1 }]],
  ['<em>x</em>', 'x', [{ type: 'italic', offset: 0, length: 1 }]],
  ['<ins>x</ins>', 'x', [{ type: 'underline', offset: 0, length: 1 }]],
  ['<del>x</del>', 'x', [{ type: 'strikethrough', offset: 0, length: 1 }]],
  ['<tg-spoiler>x</tg-spoiler>', 'x', [{ type: 'spoiler', offset: 0, length: 1 }]],
  ['<span class=tg-spoiler>x</span>', 'x', [{ type: 'spoiler', offset: 0, length: 1 }]],
  ['<blockquote expandable>x</>', 'x', [{ type: 'expandable_blockquote', offset: 0, length: 1 }]],
  ['<b>x</>', 'x', [{ type: 'bold', offset: 0, length: 1 }]],
  ['<b>x</b   >', 'x', [{ type: 'bold', offset: 0, length: 1 }]],
  ['<b></b>', ''],
  ['🔥<b>ü</b>', '🔥ü', [{ type: 'bold', offset: 2, length: 1 }]],
  ['<b class="x" id=y2 hidden>x</b>', 'x', [{ type: 'bold', offset: 0, length: 1 }]],
  ['<b a="<i>&gt;">x</b>', 'x', [{ type: 'bold', offset: 0, length: 1 }]],
  [
    '<b>a <i>b</i></b>',
    'a b',
    [
      { type: 'bold', offset: 0, length: 3 },
      { type: 'italic', offset: 2, length: 1 },
    ],
  ],
  [
    '<a href="https://x.test/r?a=1&amp;b=2">run</a>',
    'run',
    [{ type: 'text_link', offset: 0, length: 3, url: 'https://x.test/r?a=1&b=2' }],
  ],
  [
    '<a href="x.test?a">run</a>',
    'run',
    [{ type: 'text_link', offset: 0, length: 3, url: 'http://x.test/?a' }],
  ],
  ['<a href="nowhere">x</a>', 'x'],
  ['<a>two words.test</a>', 'two words.test'],
  [
    '<i><b><code>x</code></b></i>',
    'x',
    [
      { type: 'code', offset: 0, length: 1 },
      { type: 'bold', offset: 0, length: 1 },
      { type: 'italic', offset: 0, length: 1 },
    ],
  ],
  ['<a>x.test</a>', 'x.test', [{ type: 'text_link', offset: 0, length: 6, url: 'http://x.test/' }]],
  ['<pre>x</pre>', 'x', [{ type: 'pre', offset: 0, length: 1 }]],
  ['<code class="language-js">x</code>', 'x', [{ type: 'code', offset: 0, length: 1 }]],
  [
    '<pre><code class="language-js">x</code></pre>',
    'x',
    [{ type: 'pre', offset: 0, length: 1, language: 'js' }],
  ],
  [
    '<code class="language-js"><pre>x</pre></code>',
    'x',
    [{ type: 'pre', offset: 0, length: 1, language: 'js' }],
  ],
]

describe('Telegram’s HTML', () => {
  test.each(refused)('refuses %j', (markup, error) => {
    expect(parseHtml(markup)).toEqual({ error })
  })

  test.each(accepted)('accepts %j', (markup, text, entities = []) => {
    expect(parseHtml(markup)).toEqual({ text, entities })
  })
})
