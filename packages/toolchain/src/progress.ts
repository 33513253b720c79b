/** Where a long download tells how far it is. `share` is 0…1. */
export type Progress = {
  readonly step: (what: string, share?: number) => void
  readonly done: () => void
}

/**
 * Progress on a stream: one line that is rewritten in a terminal, and a new line a quarter elsewhere,
 * so that a log stays readable.
 */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  let shown = ''
  return {
    step(what, share) {
      const stride = stream.isTTY ? 1 : 25
      const percent = share === undefined ? undefined : Math.floor((share * 100) / stride) * stride
      const line = percent === undefined ? what : `${what} ${percent} %`
      if (line === shown) return
      shown = line
      stream.write(stream.isTTY ? `\r\x1b[K  ${line}` : `  ${line}\n`)
    },
    done() {
      if (stream.isTTY && shown !== '') stream.write('\r\x1b[K')
      shown = ''
    },
  }
}
