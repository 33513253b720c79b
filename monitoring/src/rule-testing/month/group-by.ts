/** Items by what they have in common, in the order in which each group begins. */
export function groupBy<Item>(
  items: readonly Item[],
  common: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const group = groups.get(common(item)) ?? []
    group.push(item)
    groups.set(common(item), group)
  }
  return groups
}
