/** An e-mail that was handed over for delivery. */
export type Email = {
  readonly id: string
  readonly at: number
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html: string
}

export type Inbox = ReturnType<typeof createInbox>

const remembered = 2000

/** Everybody's mail, newest last. */
export function createInbox() {
  let emails: Email[] = []
  return {
    add(email: Email): void {
      emails = [...emails, email].slice(-remembered)
    },
    list: (to?: string): readonly Email[] =>
      emails.filter((email) => to === undefined || email.to.includes(to)),
    forget(): void {
      emails = []
    },
  }
}
