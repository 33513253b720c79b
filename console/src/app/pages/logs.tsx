import { useEffect, useRef, useState } from 'preact/hooks'
import type { LogLine } from '../../server/logs.ts'
import type { Setup } from '../../server/state.ts'
import { ask, useAsked } from '../ask.ts'
import { clock, exact } from '../format.ts'
import { go, useRoute } from '../router.ts'
import { Empty, Failed, Icon, Loading, SearchBox } from '../ui.tsx'

const LEVELS = ['info', 'warn', 'error'] as const
/** Fields that every line of a process has. */
const USUAL = ['service']

export function Logs({ setup }: { readonly setup: Setup }) {
  const { search, change } = useRoute()
  const [paused, setPaused] = useState(false)
  const names = ['process', 'level', 'request', 'job', 'text'] as const
  const filter = new URLSearchParams(
    names.flatMap((name) => {
      const value = search.get(name)
      return value ? [[name, value]] : []
    }),
  )
  const { data, error } = useAsked(
    (signal) =>
      setup.hasLogs
        ? ask<{ processes: string[]; lines: LogLine[] }>(`/api/logs?${filter}`, { signal })
        : Promise.resolve({ processes: [], lines: [] }),
    paused ? 0 : 2_000,
    [filter.toString()],
  )
  const box = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  const lines = data?.lines ?? []
  const last = lines.at(-1)
  useEffect(() => {
    if (isAtEnd.current) box.current?.scrollTo(0, box.current.scrollHeight)
  }, [last?.at, lines.length])
  if (!setup.hasLogs)
    return (
      <Empty isPage title="The logs of this environment are elsewhere.">
        The console reads the log files that `npm start` writes. In the cluster the lines are in
        Loki.
      </Empty>
    )
  const chips = (['request', 'job'] as const).filter((name) => search.get(name))
  return (
    <>
      <header>
        <h1>Logs</h1>
        <label class="pick">
          <span>Process</span>
          <select
            value={search.get('process') ?? ''}
            onChange={({ currentTarget }) => change({ process: currentTarget.value })}
          >
            <option value="">all</option>
            {data?.processes.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <fieldset class="filter">
          <legend class="hidden">At least</legend>
          {LEVELS.map((level) => (
            <button
              type="button"
              key={level}
              aria-pressed={(search.get('level') ?? 'info') === level}
              onClick={() => change({ level: level === 'info' ? undefined : level })}
            >
              {level === 'info' ? 'all' : level}
            </button>
          ))}
        </fieldset>
        {chips.map((name) => (
          <button
            type="button"
            key={name}
            class="chip"
            onClick={() => change({ [name]: undefined })}
          >
            {name} <b>{search.get(name)}</b>
            <Icon name="close" />
          </button>
        ))}
        <button
          type="button"
          class="plain framed"
          aria-pressed={paused}
          onClick={() => setPaused(!paused)}
        >
          {paused ? 'Continue' : 'Pause'}
        </button>
        <SearchBox
          value={search.get('text') ?? ''}
          onChange={(text) => change({ text })}
          label="Text in a line"
        />
      </header>
      {error && <Failed what={data ? 'Out of date.' : 'The logs cannot be read.'} error={error} />}
      {!data ? (
        !error && <Loading />
      ) : lines.length === 0 ? (
        <Empty title="No line fits.">
          <button type="button" class="plain framed" onClick={() => go('/logs', { replace: true })}>
            Show all lines
          </button>
        </Empty>
      ) : (
        <div
          class="lines panel"
          ref={box}
          role="log"
          aria-label="Log lines, newest last"
          onScroll={({ currentTarget }) => {
            const { scrollTop, clientHeight, scrollHeight } = currentTarget
            isAtEnd.current = scrollTop + clientHeight > scrollHeight - 40
          }}
        >
          {lines.map((line, index) => (
            <Line key={`${line.at}${line.process}${index - lines.length}`} line={line} />
          ))}
        </div>
      )}
    </>
  )
}

function Line({ line }: { readonly line: LogLine }) {
  const { process, at, level, text, fields } = line
  const shown = Object.entries(fields).filter(([name]) => !USUAL.includes(name))
  return (
    <div class={`line ${level}`}>
      {at === undefined ? <time>–</time> : <time title={exact(at)}>{clock(at)}</time>}
      <span class="process">{process}</span>
      <i>{level === 'info' ? '' : level}</i>
      <p>
        {text}{' '}
        {shown.map(([name, value]) => (
          <Field key={name} name={name} value={value} />
        ))}
      </p>
    </div>
  )
}

/** The ids by which lines of different processes belong together are links. */
function Field({ name, value }: { readonly name: string; readonly value: unknown }) {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const filter = name === 'request_id' ? 'request' : name === 'job' ? 'job' : undefined
  return (
    <code>
      {name}=
      {filter ? <a href={`/logs?${filter}=${encodeURIComponent(text)}`}>{text}</a> : <b>{text}</b>}
    </code>
  )
}
