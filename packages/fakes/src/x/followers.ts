/** A user of X as the simulation knows it. */
export type XUser = {
  readonly id: string
  readonly name: string
  readonly username: string
  readonly followers: number
}

export type XUsers = ReturnType<typeof createXUsers>

/** The users of the simulated X; names are found whatever their case. */
export function createXUsers() {
  const byName = new Map<string, XUser>()
  return {
    /** Adds a user or changes the number of followers. */
    put(username: string, followers: number): XUser {
      const key = username.toLowerCase()
      const id = byName.get(key)?.id ?? String(1_000_000 + byName.size)
      const user = { id, name: username, username, followers }
      byName.set(key, user)
      return user
    },
    byName: (username: string): XUser | undefined => byName.get(username.toLowerCase()),
    byId: (id: string): XUser | undefined => [...byName.values()].find((user) => user.id === id),
    all: (): readonly XUser[] => [...byName.values()],
  }
}
