import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** How much of the end of a file is read at most, in bytes. */
const TAIL = 4 * 1024 * 1024

/** One line of a process. */
export interface LogLine {
  readonly process: string
  /** Milliseconds since 1970; absent where the process writes no time. */
  readonly at?: number
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly text: string
  /** The fields of the line, without its text. */
  readonly fields: Readonly<Record<string, unknown>>
}

export interface LogFilter {
  readonly process?: string
  readonly request?: string
  readonly job?: string
  readonly text?: string
  readonly level?: LogLine['level']
  readonly limit: number
}

const LEVELS = ['debug', 'info', 'warn', 'error'] as const

export type Logs = ReturnType<typeof createLogs>

/** Reads the log files `*.log` of a folder: JSON lines of pino, logfmt and plain text. */
export function createLogs(folder: string) {
  const processes = (): string[] =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => name.endsWith('.log'))
          .map((name) => name.slice(0, -'.log'.length))
          .sort()
      : []
  return {
    processes,
    /** The newest lines that fit, oldest first. */
    lines({ process, limit, ...filter }: LogFilter): LogLine[] {
      const wanted = processes().filter((name) => process === undefined || name === process)
      return wanted
        .flatMap((name) => {
          const fitting: LogLine[] = []
          const lines = tailOf(join(folder, `${name}.log`)).split('\n')
          for (let index = lines.length - 1; index >= 0 && fitting.length < limit; index -= 1) {
            const raw = lines[index]
            if (!raw) continue
            // Reading a line costs more than looking at it.
            if (filter.request && !raw.includes(filter.request)) continue
            const line = readLine(name, raw)
            if (fitsLine(line, raw, filter)) fitting.push(line)
          }
          return fitting
        })
        .sort((a, b) => (a.at ?? 0) - (b.at ?? 0))
        .slice(-limit)
    },
  }
}

function fitsLine(
  { fields, level }: LogLine,
  raw: string,
  { request, job, text, level: least }: Omit<LogFilter, 'process' | 'limit'>,
): boolean {
  if (least && LEVELS.indexOf(level) < LEVELS.indexOf(least)) return false
  if (request && fields.request_id !== request) return false
  if (job && fields.job !== job) return false
  return !text || raw.toLowerCase().includes(text.toLowerCase())
}

function tailOf(path: string): string {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  const length = Math.min(size, TAIL)
  if (length === 0) return ''
  const buffer = Buffer.alloc(length)
  const file = openSync(path, 'r')
  try {
    readSync(file, buffer, 0, length, size - length)
  } finally {
    closeSync(file)
  }
  const text = buffer.toString('utf8')
  return size > length ? text.slice(text.indexOf('\n') + 1) : text
}

/** https://getpino.io/#/docs/api?id=loggerlevel-string-gettersetter */
const PINO: Readonly<Record<number, LogLine['level']>> = {
  10: 'debug',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'error',
}

export function readLine(process: string, raw: string): LogLine {
  if (raw.startsWith('{')) {
    try {
      const { time, level, msg, ...fields } = JSON.parse(raw) as Record<string, unknown>
      const at = typeof time === 'number' ? time : Date.parse(String(time))
      return {
        process,
        ...(Number.isFinite(at) && { at }),
        level: levelOf(level),
        text: String(msg ?? ''),
        fields,
      }
    } catch {
      // Half a line, or one that only looks like JSON.
    }
  }
  const fields = logfmt(raw)
  if (fields !== undefined) {
    const { time, ts, level, msg, ...rest } = fields
    const at = Date.parse(time ?? ts ?? '')
    return {
      process,
      ...(Number.isFinite(at) && { at }),
      level: levelOf(level),
      text: msg ?? '',
      fields: rest,
    }
  }
  const at = Date.parse(
    `${/^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?) (?:UTC|GMT)/.exec(raw)?.[1] ?? ''}Z`,
  )
  const level = /\b(ERROR|FATAL|PANIC)\b/.test(raw)
    ? 'error'
    : /\bWARNING\b/.test(raw)
      ? 'warn'
      : 'info'
  return { process, ...(Number.isFinite(at) && { at }), level, text: raw, fields: {} }
}

function levelOf(level: unknown): LogLine['level'] {
  if (typeof level === 'number') return PINO[level] ?? 'info'
  const name = String(level ?? 'info').toLowerCase()
  if (name.startsWith('err') || name === 'fatal') return 'error'
  if (name.startsWith('warn')) return 'warn'
  return name === 'debug' || name === 'trace' ? 'debug' : 'info'
}

/** `time=… level=INFO msg="…"`, as Prometheus writes. */
function logfmt(raw: string): Record<string, string> | undefined {
  if (!/^(?:time|ts|level)=/.test(raw)) return undefined
  const pairs = raw.matchAll(/([\w.]+)=("(?:\\.|[^"\\])*"|\S*)/g)
  return Object.fromEntries(
    [...pairs].map(([, key = '', value = '']) => [
      key,
      value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value,
    ]),
  )
}
