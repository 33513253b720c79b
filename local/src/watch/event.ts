/** An event as a line for the terminal. */
export type Event = {
  readonly kind: 'up' | 'down' | 'pending' | 'calm' | 'firing' | 'resolved' | 'message'
  readonly text: string
}

/** `14:02:31  firing    ViewerPollStale job=viewer-poll (critical)` */
export function formatEvent({ kind, text }: Event, at: Date): string {
  const time = at.toTimeString().slice(0, 8)
  return `${time}  ${kind.padEnd(9)} ${text}`
}
