/** A state changed since the last look: from nothing, to nothing, or to another one. */
export type Change<Item> = {
  readonly key: string
  readonly before: Item | undefined
  readonly after: Item | undefined
}

/** Compares keyed items with the last look and returns what is new, changed or gone. */
export function createStates<Item>(isSame: (one: Item, other: Item) => boolean) {
  let known = new Map<string, Item>()
  return {
    changes: (now: ReadonlyMap<string, Item>): Change<Item>[] => {
      const keys = new Set([...known.keys(), ...now.keys()])
      const changed = [...keys].flatMap((key) => {
        const before = known.get(key)
        const after = now.get(key)
        const same = before !== undefined && after !== undefined && isSame(before, after)
        return same ? [] : [{ key, before, after }]
      })
      known = new Map(now)
      return changed
    },
  }
}
