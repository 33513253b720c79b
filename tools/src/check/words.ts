/**
 * Counts private vocabulary in tracked files: words for which this field has a standard term.
 * CONTRIBUTING.md names the terms. By itself it lists every place:
 * `node --conditions=source tools/src/check/words.ts [path …]`.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { PROJECT } from '@verifluence/testkit'

/** Each word as a pattern, and the term to write instead. Identifiers are split into their words first. */
const TERMS: Readonly<Record<string, string>> = {
  'moods?': 'fault, injected fault',
  'twist(s|ed)?': 'mutation, variant, tampered manifest',
  crew: 'supervisor',
  'worlds?': 'fakes, external services',
  'stand[ -]ins?': 'fake',
  'whole sites?': 'environment, system under test',
  scenery: 'background traffic',
  astray: 'off course',
  'hiccups?': 'transient failure',
  'habits?': 'user flows',
  'stor(y|ies)': 'scenario',
  '(ordinary life|lives through|lived through)': 'baseline, ordinary month, simulates',
  told: 'notified, reported',
  '(nobody|somebody)': 'no one; or name the role: on-call, operator, client',
  whoever: 'name the role: on-call, operator, client',
  'over after': 'time to resolve',
  'mend(s|ed|ing)?': 'fix, repair, recover, restored',
  'second[ -]ways?': 'fallback channel',
  'notices?': 'notification, update',
  'judge(s|d|ment|ments)?': 'evaluate',
  'hears? of': 'receive',
  anew: 'again',
  beside: 'next to',
  former: 'previous',
  latter: 'name it',
  'pulses?': 'heartbeat',
  beating: 'alive',
  'due to be noticed': 'alerts after',
}

const SKIPPED = /package-lock\.json$|(^|\/)LICENSE$|\.(png|svg|webp|tgz)$/
const OWN = relative(PROJECT, import.meta.filename)

/** All tracked files together. */
const LIMIT = 40

interface Found {
  readonly path: string
  readonly line: number
  readonly word: string
  readonly instead: string
}

const PATTERNS = Object.entries(TERMS).map(([word, instead]) => ({
  pattern: new RegExp(`\\b${word}\\b`, 'g'),
  instead,
}))

function privateWords(): Found[] {
  const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: PROJECT, encoding: 'utf8' })
  return tracked
    .split('\0')
    .filter((path) => path !== '' && path !== OWN && !SKIPPED.test(path))
    .flatMap((path) => [
      ...wordsIn(path, path.split('/').at(-1) ?? '', 0),
      ...contentOf(path)
        .split('\n')
        .flatMap((line, at) => wordsIn(path, line, at + 1)),
    ])
}

/** A file that is tracked and deleted in the working tree counts as empty. */
function contentOf(path: string): string {
  try {
    return readFileSync(join(PROJECT, path), 'utf8')
  } catch {
    return ''
  }
}

function wordsIn(path: string, text: string, line: number): Found[] {
  const words = text
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase()
  return PATTERNS.flatMap(({ pattern, instead }) =>
    [...words.matchAll(pattern)].map(([word]) => ({ path, line, word, instead })),
  )
}

/** The number by folder, most first: packages by their own names. */
function byRoom(found: readonly Found[]): [string, number][] {
  const rooms = Map.groupBy(found, ({ path }) => {
    const [first = '', second = ''] = path.split('/')
    return first === 'packages' ? `${first}/${second}` : first
  })
  return [...rooms]
    .map(([room, { length }]): [string, number] => [room, length])
    .sort(([, one], [, other]) => other - one)
}

/** Complaints, one at most. */
export async function vocabulary(): Promise<string[]> {
  const found = privateWords()
  if (found.length <= LIMIT) return []
  const rooms = byRoom(found).map(([room, count]) => `${room} ${count}`)
  return [
    `${found.length} words have a standard term, the limit is ${LIMIT} (${rooms.join(', ')}): "node --conditions=source ${OWN}" lists each with the term to write.`,
  ]
}

if (process.argv[1] === import.meta.filename) {
  const paths = process.argv.slice(2)
  const wanted = privateWords().filter(
    ({ path }) => paths.length === 0 || paths.some((start) => path.startsWith(start)),
  )
  for (const { path, line, word, instead } of wanted)
    console.log(`${path}:${line} ${word} → ${instead}`)
  for (const [room, count] of byRoom(wanted)) console.log(`${count}\t${room}`)
  console.log(`${wanted.length}\tin all`)
}
