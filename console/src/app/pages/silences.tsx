import { useEffect, useState } from 'preact/hooks'
import type { Labels, Matcher, Setup, Silence } from '../../server/state.ts'
import { ask, post, useAsked } from '../ask.ts'
import { exact, span } from '../format.ts'
import { useLive } from '../live.ts'
import { go, useRoute } from '../router.ts'
import { Ago, Empty, Failed, Icon, Loading, Matchers, matcherText, Severity } from '../ui.tsx'
import { AlertTabs } from './alert-tabs.tsx'

const ORDER = ['active', 'pending', 'expired']
/** Expired silences are kept for days by Alertmanager; so only the latest are shown. */
const EXPIRED_SHOWN = 20
const HOURS = [1, 2, 8, 24, 72] as const

export function Silences({ setup }: { readonly setup: Setup }) {
  const { state } = useLive()
  const [error, setError] = useState<string>()
  const { silences, now = Date.now(), held = [] } = state ?? {}
  const expire = (id: string) =>
    post(`/api/silences/${id}/expire`).then(
      () => setError(undefined),
      (refused) => setError(refused.message),
    )
  const sorted = [...(silences ?? [])].sort(
    (a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || b.endsAt - a.endsAt,
  )
  const live = sorted.filter((one) => one.state !== 'expired')
  const expired = sorted.filter((one) => one.state === 'expired').slice(0, EXPIRED_SHOWN)
  return (
    <>
      <header>
        <h1>Silences</h1>
        <AlertTabs />
        {setup.canSilence && (
          <a class="act push" href="/silences/new">
            <Icon name="silence" />
            New silence
          </a>
        )}
      </header>
      {state?.upstreams.alertmanager?.ok === false && (
        <Failed
          what={silences ? 'Out of date.' : 'The silences cannot be read.'}
          error={state.upstreams.alertmanager.error ?? ''}
        />
      )}
      {error && <Failed what="Not done." error={error} />}
      {!silences ? (
        state?.upstreams.alertmanager?.ok !== false && <Loading />
      ) : (
        <>
          {live.length === 0 && (
            <Empty title="Nothing is silenced.">
              The link “Silence” in a message opens the form with its matchers filled in.
            </Empty>
          )}
          {live.map((silence) => (
            <One
              key={silence.id}
              silence={silence}
              now={now}
              covers={held.filter(({ silencedBy }) => silencedBy.includes(silence.id)).length}
              {...(setup.canSilence && { expire: () => expire(silence.id) })}
            />
          ))}
          {expired.length > 0 && <h2 class="between">Expired</h2>}
          {expired.map((silence) => (
            <One key={silence.id} silence={silence} now={now} covers={0} />
          ))}
        </>
      )}
    </>
  )
}

function One({
  silence,
  now,
  covers,
  expire,
}: {
  readonly silence: Silence
  readonly now: number
  readonly covers: number
  readonly expire?: () => void
}) {
  const { matchers, comment, createdBy, startsAt, endsAt, state } = silence
  return (
    <section class={`panel pad silence ${state}`}>
      <div>
        <Matchers of={matchers} />
        <p>{comment}</p>
        <small>
          {createdBy}, <Ago at={startsAt} now={now} />
          {covers > 0 && `, covers ${covers} ${covers === 1 ? 'alert' : 'alerts'}`}
        </small>
      </div>
      <div class="end">
        {state === 'expired' ? (
          <span>
            ended <Ago at={endsAt} now={now} />
          </span>
        ) : (
          <span title={exact(endsAt)}>{span(Math.round((endsAt - now) / 1000))} left</span>
        )}
        {expire && (
          <button type="button" class="plain framed" onClick={expire}>
            Expire
          </button>
        )}
        {state === 'expired' && (
          <a
            class="plain framed"
            href={`/silences/new?filter=${encodeURIComponent(`{${matchers.map(matcherText).join(',')}}`)}`}
          >
            Again
          </a>
        )}
      </div>
    </section>
  )
}

/** As Alertmanager compares: a regular expression must match the whole value. */
function fits(labels: Labels, { name, value, isRegex, isEqual }: Matcher): boolean {
  const own = labels[name] ?? ''
  try {
    const same = isRegex ? new RegExp(`^(?:${value})$`, 'u').test(own) : own === value
    return same === isEqual
  } catch {
    return false
  }
}

export function NewSilence({ setup }: { readonly setup: Setup }) {
  const { state } = useLive()
  const { search } = useRoute()
  const [text, setText] = useState(search.get('filter') ?? '')
  const [hours, setHours] = useState<number>(2)
  const [comment, setComment] = useState('')
  const [author, setAuthor] = useState(localStorage.author ?? '')
  const [refused, setRefused] = useState<string>()
  useEffect(() => setText(search.get('filter') ?? ''), [search.get('filter')])
  const { data: matchers, error } = useAsked(
    (signal) => ask<Matcher[]>(`/api/matchers?text=${encodeURIComponent(text)}`, { signal }),
    0,
    [text],
  )
  const now = state?.now ?? Date.now()
  const isValid = !error && matchers !== undefined && matchers.length > 0
  const covered = isValid
    ? (state?.held ?? []).filter(({ labels }) => matchers.every((one) => fits(labels, one)))
    : []
  const save = async (event: Event) => {
    event.preventDefault()
    localStorage.author = author
    try {
      await post('/api/silences', {
        matchers: text,
        endsAt: Date.now() + hours * 3_600_000,
        createdBy: author,
        comment,
      })
      go('/silences')
    } catch (failure) {
      setRefused(failure instanceof Error ? failure.message : String(failure))
    }
  }
  return (
    <>
      <p class="crumb">
        <a href="/silences">Silences</a> / new
      </p>
      <header>
        <h1>New silence</h1>
      </header>
      {!setup.canSilence && (
        <Failed
          what="This console is read-only."
          error="Start it with --allow-silences to create and expire silences."
        />
      )}
      <div class="two">
        <form class="panel pad form" onSubmit={save}>
          <label>
            Matchers
            <textarea
              rows={3}
              required
              spellcheck={false}
              value={text}
              placeholder={'{alertname="WorkerDown", env="stage"}'}
              aria-describedby="matchers-say"
              onInput={({ currentTarget }) => setText(currentTarget.value)}
            />
          </label>
          <p id="matchers-say" class={error && text ? 'wrong' : 'dim'}>
            {error && text ? error : 'name="value", with =, !=, =~ or !~ between; all must fit.'}
          </p>
          <label>
            For
            <select
              value={hours}
              onChange={({ currentTarget }) => setHours(Number(currentTarget.value))}
            >
              {HOURS.map((count) => (
                <option key={count} value={count}>
                  {count < 24 ? `${count} h` : `${count / 24} d`}
                </option>
              ))}
            </select>
            <small>until {exact(now + hours * 3_600_000)}</small>
          </label>
          <label>
            Comment
            <input
              required
              value={comment}
              placeholder="Why it is quiet, and who works on it"
              onInput={({ currentTarget }) => setComment(currentTarget.value)}
            />
          </label>
          <label>
            Your name
            <input
              value={author}
              placeholder="console"
              onInput={({ currentTarget }) => setAuthor(currentTarget.value)}
            />
          </label>
          {refused && <Failed what="Not silenced." error={refused} />}
          <button type="submit" class="act" disabled={!setup.canSilence || !isValid}>
            <Icon name="silence" />
            Silence
            {covered.length > 0 &&
              ` ${covered.length} ${covered.length === 1 ? 'alert' : 'alerts'}`}
          </button>
        </form>
        <section class="panel pad covered">
          <h2>
            {covered.length === 0
              ? 'It covers no alert that is active now'
              : `It covers ${covered.length} active ${covered.length === 1 ? 'alert' : 'alerts'}`}
          </h2>
          {covered.length === 0 ? (
            <p class="dim">
              {isValid
                ? 'It will cover alerts that begin to fire before its end.'
                : 'Write matchers to see which alerts they cover.'}
            </p>
          ) : (
            <ul>
              {covered.map(({ labels, annotations, fingerprint }) => (
                <li key={fingerprint}>
                  <a href={`/alerts/${labels.alertname}`}>{labels.alertname}</a>{' '}
                  <Severity of={labels.severity} />
                  <p class="dim">{annotations.summary}</p>
                </li>
              ))}
            </ul>
          )}
        </section>
      </div>
    </>
  )
}
