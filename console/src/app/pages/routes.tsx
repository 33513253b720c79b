import { useMemo } from 'preact/hooks'
import type { RouteNode, Routing } from '../../server/state.ts'
import { ask, useAsked } from '../ask.ts'
import { useLive } from '../live.ts'
import { useRoute } from '../router.ts'
import { Failed, Loading, Matchers } from '../ui.tsx'
import { AlertTabs } from './alert-tabs.tsx'

interface Tested {
  readonly routes: readonly string[]
  readonly receivers: readonly string[]
}

export function Routes() {
  const { search, change } = useRoute()
  const { state } = useLive()
  const text = search.get('labels') ?? ''
  const { data: routing, error } = useAsked(
    (signal) => ask<Routing>('/api/routing', { signal }),
    30_000,
    [state?.upstreams.alertmanager?.ok],
  )
  const { data: tested, error: wrong } = useAsked(
    (signal) =>
      text
        ? ask<Tested>(`/api/routing/test?labels=${encodeURIComponent(text)}`, { signal })
        : Promise.resolve(undefined),
    0,
    [text, routing],
  )
  const examples = useMemo(
    () => [
      'alertname="WorkerDown", severity="critical", env="stage"',
      'alertname="WebhookRejected", severity="warning", env="stage"',
      'alertname="Watchdog", severity="none"',
    ],
    [],
  )
  const held = (state?.held ?? []).reduce<Record<string, number>>((counts, { receivers }) => {
    for (const name of receivers) counts[name] = (counts[name] ?? 0) + 1
    return counts
  }, {})
  return (
    <>
      <header>
        <h1>Routes</h1>
        <AlertTabs />
      </header>
      {error && (
        <Failed what={routing ? 'Out of date.' : 'The routes cannot be read.'} error={error} />
      )}
      {!routing ? (
        !error && <Loading />
      ) : (
        <div class="two wide-left">
          <div>
            <section class="panel pad">
              <label class="tester">
                <span>Who receives an alert with these labels?</span>
                <input
                  type="search"
                  spellcheck={false}
                  value={text}
                  placeholder={examples[0]}
                  onInput={({ currentTarget }) => change({ labels: currentTarget.value })}
                />
              </label>
              <p class={wrong && text ? 'wrong' : 'dim'} role="status">
                {text === '' ? (
                  <>
                    Such as{' '}
                    {examples.map((example) => (
                      <button
                        type="button"
                        key={example}
                        class="example"
                        onClick={() => change({ labels: example })}
                      >
                        {example}
                      </button>
                    ))}
                  </>
                ) : wrong ? (
                  wrong
                ) : tested ? (
                  <>
                    Received by <b>{tested.receivers.join(' and ')}</b>.
                  </>
                ) : (
                  '…'
                )}
              </p>
            </section>
            <section class="panel pad tree" aria-label="Route tree">
              <Route node={routing.root} taken={wrong ? [] : (tested?.routes ?? [])} />
            </section>
            {routing.inhibitions.length > 0 && (
              <section class="panel pad">
                <h2>Inhibitions</h2>
                <p class="dim">
                  One cause is one message: while the first fires, the second is held back.
                </p>
                <ul class="inhibitions">
                  {routing.inhibitions.map((rule) => (
                    <li key={JSON.stringify(rule)}>
                      <Matchers of={rule.source} />
                      <span>holds back</span>
                      <Matchers of={rule.target} />
                      {rule.equal.length > 0 && <small>with equal {rule.equal.join(', ')}</small>}
                    </li>
                  ))}
                </ul>
              </section>
            )}
          </div>
          <section class="panel pad">
            <h2>Contact points</h2>
            <ul class="contacts">
              {routing.contactPoints.map(({ name, integrations }) => (
                <li
                  key={name}
                  class={tested && !wrong && tested.receivers.includes(name) ? 'taken' : ''}
                >
                  <b>{name}</b>
                  {held[name] !== undefined && (
                    <small>
                      {held[name]} active {held[name] === 1 ? 'alert' : 'alerts'}
                    </small>
                  )}
                  {integrations.length === 0 && <p class="dim">receives and sends nothing</p>}
                  {integrations.map(({ type, detail, sendResolved }) => (
                    <p key={type + detail} class="dim">
                      {type}
                      {detail && `: ${detail}`}
                      {!sendResolved && ', without resolved'}
                    </p>
                  ))}
                </li>
              ))}
            </ul>
          </section>
        </div>
      )}
    </>
  )
}

function Route({ node, taken }: { readonly node: RouteNode; readonly taken: readonly string[] }) {
  const isTaken = taken.includes(node.id)
  const isOnWay = !isTaken && taken.some((id) => id.startsWith(`${node.id}.`))
  return (
    <div class={`route${isTaken ? ' taken' : isOnWay ? ' on-way' : ''}`}>
      <div class="head">
        <b>{node.receiver}</b>
        {isTaken && <span class="took">takes it</span>}
        {node.matchers.length === 0 ? (
          <span class="dim">everything else</span>
        ) : (
          <Matchers of={node.matchers} />
        )}
        {node.continue && <em>and the next that fits</em>}
        <small>
          group by {node.groupBy.join(', ') || 'nothing'} · wait {node.groupWait} · update after{' '}
          {node.groupInterval} · again after {node.repeatInterval}
          {node.muteTimes.length > 0 && ` · muted in ${node.muteTimes.join(', ')}`}
        </small>
      </div>
      {node.routes.map((route) => (
        <Route key={route.id} node={route} taken={taken} />
      ))}
    </div>
  )
}
