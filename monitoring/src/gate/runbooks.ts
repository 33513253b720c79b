import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runbookAnchor } from '../grafana/links.ts'

export const RUNBOOKS = 'docs/runbooks.md'

/** What every section answers, as it is written there in bold; one of several words will do. */
const QUESTIONS = [
  ['What is broken'],
  ['What users see'],
  ['First command'],
  ['Likely causes', 'What to do'],
  ['Resolved when'],
]

/** A section of the runbooks. */
export interface Runbook {
  readonly anchor: string
  /** Questions that it leaves open. */
  readonly missing: readonly string[]
}

/** Fewer letters than this answer nothing. */
const SHORTEST_ANSWER = 12

/** What stands between a question's word and the next one. */
const answers = (section: string, words: readonly string[]): boolean =>
  words.some((word) => {
    const [, after = ''] = section.split(`**${word}:**`)
    const [answer = ''] = after.split(/\*\*[A-Z][^*]*:\*\*/)
    return answer.trim().length >= SHORTEST_ANSWER
  })

/** Reads the sections of the runbook page: one for each `## Alert`. */
export const readRunbooks = (root: string): Runbook[] => {
  const file = join(root, RUNBOOKS)
  if (!existsSync(file)) return []
  const [, ...sections] = readFileSync(file, 'utf8').split(/^## /m)
  return sections.map((section) => {
    const [title = ''] = section.split('\n')
    return {
      anchor: runbookAnchor(title.trim()),
      missing: QUESTIONS.filter((words) => !answers(section, words)).map((words) =>
        words.join(' or '),
      ),
    }
  })
}
