import type { Clock } from './clock.ts'

/**
 * The outcome of `work`, unless `seconds` pass first: then `signal`, which `work` was given, fires,
 * and what `work` does afterwards is ignored.
 *
 * @throws DOMException named `TimeoutError` when time is up; whatever `work` throws before that.
 */
export async function withDeadline<Result>(
  what: string,
  seconds: number,
  clock: Clock,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController()
  let callOff = () => {}
  const timeIsUp = new Promise<never>((_resolve, reject) => {
    callOff = clock.after(seconds, () => {
      const error = new DOMException(`${what}: no answer within ${seconds} s`, 'TimeoutError')
      reject(error)
      controller.abort(error)
    })
  })
  try {
    return await Promise.race([work(controller.signal), timeIsUp])
  } finally {
    callOff()
  }
}
