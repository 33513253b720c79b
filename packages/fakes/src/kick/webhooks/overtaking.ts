/** Lets one delivery wait until another one has overtaken it. */
export function createOvertaking() {
  let waiting: (() => void) | undefined
  return {
    /** Waits for the next delivery, at most so many seconds; who comes second does not wait. */
    async letOneOvertake(seconds: number): Promise<void> {
      if (waiting !== undefined) return
      await new Promise<void>((resolve) => {
        waiting = resolve
        setTimeout(resolve, seconds * 1000).unref()
      })
      waiting = undefined
    },
    /** Says that a delivery has been made. */
    overtake(): void {
      waiting?.()
    },
  }
}
