import { autocompletion, closeBrackets, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorState, Prec } from '@codemirror/state'
import { EditorView, keymap, placeholder } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { PromQLExtension } from '@prometheus-io/codemirror-promql'
import { useEffect, useRef } from 'preact/hooks'

const colors = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--c3)' },
  { tag: tags.operatorKeyword, color: 'var(--c3)' },
  { tag: tags.function(tags.variableName), color: 'var(--c1)' },
  { tag: tags.string, color: 'var(--c2)' },
  { tag: tags.number, color: 'var(--c7)' },
  { tag: tags.labelName, color: 'var(--c6)' },
  { tag: tags.comment, color: 'var(--text-dim)' },
  { tag: tags.invalid, color: 'var(--bad)' },
])

const theme = EditorView.theme({
  '&': { fontSize: '13px', backgroundColor: 'var(--panel)', color: 'var(--text)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-content': { fontFamily: 'var(--mono)', padding: '8px 4px', caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-placeholder': { color: 'var(--text-dim)' },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 25%, transparent) !important',
  },
  '.cm-matchingBracket': { backgroundColor: 'var(--line-strong) !important' },
  '.cm-tooltip': {
    backgroundColor: 'var(--raised)',
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
    color: 'var(--text)',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxHeight: '260px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--accent)',
    color: 'var(--on-accent)',
  },
  '.cm-completionDetail': { color: 'inherit', opacity: '.7', marginLeft: '10px' },
  '.cm-completionInfo': { maxWidth: '360px', padding: '6px 10px' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '600' },
  '.cm-diagnostic': { fontFamily: 'var(--sans)' },
})

/** A box for PromQL with completion from the Prometheus that is shown. Enter runs, Shift-Enter breaks the line. */
export function PromqlEditor({
  value,
  onRun,
}: {
  readonly value: string
  readonly onRun: (expr: string) => void
}) {
  const box = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | undefined>(undefined)
  const run = useRef(onRun)
  run.current = onRun
  useEffect(() => {
    if (!box.current) return
    const promql = new PromQLExtension()
      .activateLinter(false)
      .setComplete({ remote: { apiPrefix: '/api/prometheus', httpMethod: 'GET' } })
    const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? ''
    const submit = ({ state }: EditorView) => {
      run.current(state.doc.toString())
      return true
    }
    const editor = new EditorView({
      parent: box.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          // The styles of the editor are put into the page by itself.
          EditorView.cspNonce.of(nonce),
          history(),
          closeBrackets(),
          bracketMatching(),
          autocompletion(),
          syntaxHighlighting(colors),
          promql.asExtension(),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': 'PromQL expression' }),
          placeholder('An expression, such as sum by (job) (up)'),
          keymap.of(completionKeymap),
          Prec.high(
            keymap.of([
              { key: 'Enter', run: submit },
              { key: 'Mod-Enter', run: submit },
            ]),
          ),
          Prec.highest(keymap.of(completionKeymap.filter(({ key }) => key === 'Enter'))),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          theme,
        ],
      }),
    })
    view.current = editor
    return () => editor.destroy()
  }, [])
  useEffect(() => {
    const editor = view.current
    if (!editor || editor.state.doc.toString() === value) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } })
  }, [value])
  return (
    <div class="editor-row">
      <div class="editor" ref={box} />
      <button
        type="button"
        class="act"
        onClick={() => view.current && onRun(view.current.state.doc.toString())}
      >
        Run
      </button>
    </div>
  )
}
