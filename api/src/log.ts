import pino, { type Logger } from 'pino'

/** JSON lines on standard output. Ids belong here; what signs anybody in never does. */
export function createLog(service: 'api' | 'worker', level: string): Logger {
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // The last line of defence; nothing is supposed to log these in the first place.
      redact: {
        paths: [
          'pin',
          '*.pin',
          'cookie',
          '*.cookie',
          'authorization',
          '*.authorization',
          '*.token',
        ],
        censor: '[removed]',
      },
      serializers: { err: describe },
    },
    // A slow reader of our output must not make Kick wait for an answer.
    pino.destination({ dest: 1, sync: false }),
  )
}

function describe(error: unknown) {
  return error instanceof Error ? (error.stack ?? error.message) : error
}
