/** The abort reason of an interrupt. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/**
 * A signal that aborts on Ctrl-C, `kill`, a closed terminal
 * or the exit of the parent process. Further interrupts change nothing.
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
