/**
 * Runs `work` with a signal that fires when `milliseconds` have passed or `signal` fires.
 * Timer and listener are removed afterwards: `AbortSignal.any` on a signal that lives as long as
 * the process would keep every finished request in memory.
 */
export async function withDeadline<T>(
  milliseconds: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const controller = new AbortController()
  const pass = () => controller.abort(signal?.reason)
  const timer = setTimeout(() => {
    controller.abort(new DOMException(`no answer within ${milliseconds} ms`, 'TimeoutError'))
  }, milliseconds)
  signal?.addEventListener('abort', pass, { once: true })
  try {
    return await work(controller.signal)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', pass)
  }
}
