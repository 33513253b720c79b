/** Why the launcher is asked to end. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/**
 * A signal that aborts when the person wants the launcher to end: Ctrl-C, `kill`, a closed terminal,
 * or the death of the process that started it. Asking again changes nothing; the end is bounded anyway.
 */
export function onInterrupt(): AbortSignal {
  const controller = new AbortController()
  const interrupt = () => controller.abort(new Interrupted('interrupted'))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
  process.on('disconnect', interrupt)
  // The channel to the bootstrap must not keep a finished command alive.
  process.channel?.unref()
  return controller.signal
}
