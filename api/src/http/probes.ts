import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Pool } from 'pg'
import { PROBE_PATHS, READINESS_TIMEOUT_SECONDS } from '../config.ts'
import type { AppEnv } from './context.ts'
import { json } from './openapi.ts'

/** What the readiness probe answers. */
export interface Health {
  /** Whether the process takes traffic: the database answers and the process is not draining. */
  readonly ready: () => Promise<boolean>
  /** Answers "not ready" from now on. */
  readonly drain: () => void
}

/** Probes come every few seconds; a flood of them costs the database twenty queries a second. */
const ANSWER_LASTS_MS = 50

/** @param db a pool of its own, so that busy routes do not make the process look unready. */
export function createHealth(db: Pool): Health {
  let draining = false
  let answer: Promise<boolean> | undefined
  /** `undefined` while the database is being asked. */
  let answeredAt: number | undefined
  /** Concurrent probes share one query. */
  const databaseAnswers = () => {
    if (answeredAt !== undefined && performance.now() - answeredAt > ANSWER_LASTS_MS) {
      answer = undefined
      answeredAt = undefined
    }
    answer ??= askDatabase(db).finally(() => {
      answeredAt = performance.now()
    })
    return answer
  }
  return {
    ready: async () => !draining && (await databaseAnswers()),
    drain: () => {
      draining = true
    },
  }
}

async function askDatabase(db: Pool): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), READINESS_TIMEOUT_SECONDS * 1000)
  })
  const query = db.query('select 1').then(
    () => true,
    () => false,
  )
  const answered = await Promise.race([query, timeout])
  clearTimeout(timer)
  return answered
}

const State = z.object({ status: z.string() }).openapi('Probe')

const livenessRoute = createRoute({
  method: 'get',
  path: PROBE_PATHS.liveness,
  tags: ['probes'],
  security: [],
  summary: 'Whether the process runs',
  responses: { 200: json('It does.', State) },
})

const readinessRoute = createRoute({
  method: 'get',
  path: PROBE_PATHS.readiness,
  tags: ['probes'],
  security: [],
  summary: 'Whether the process takes traffic',
  responses: { 200: json('It does.', State), 503: json('Not now.', State) },
})

/** Adds the two probes of Kubernetes, the same for both processes. */
export function addProbes(app: OpenAPIHono<AppEnv>, health: Health): void {
  app.openapi(livenessRoute, (c) => c.json({ status: 'alive' }, 200))
  app.openapi(readinessRoute, async (c) =>
    (await health.ready())
      ? c.json({ status: 'ready' }, 200)
      : c.json({ status: 'not ready' }, 503),
  )
}
