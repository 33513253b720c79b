/** A validator made from a schema. It reads each property it knows of, whether it is there or not. */
type Validate = (data: unknown) => unknown

interface Watched {
  readonly target: object
  readonly asked: Set<PropertyKey>
}

/**
 * The keys of `data` that a compiled validator never asks for, as paths such as `spec/honourLabels`.
 * Kubernetes' schemas say nothing about unknown keys, and their validators keep no list of known ones;
 * but a key that is never read is a key that is not known. What is read as a whole, such as free-form
 * values, is left alone.
 */
export const unknownKeys = (validate: Validate, data: object): string[] => {
  const watched: Watched[] = []
  const proxies = new WeakMap<object, object>()

  const watch = (target: object): object => {
    const existing = proxies.get(target)
    if (existing) return existing
    const asked = new Set<PropertyKey>()
    const proxy = new Proxy(target, {
      get: (object, key) => {
        asked.add(key)
        const value: unknown = Reflect.get(object, key)
        return typeof value === 'object' && value !== null ? watch(value) : value
      },
    })
    proxies.set(target, proxy)
    watched.push({ target, asked })
    return proxy
  }

  validate(watch(data))
  const askedOf = new Map(watched.map(({ target, asked }) => [target, asked]))
  return below(data, [], askedOf)
}

const below = (
  value: object,
  path: readonly string[],
  askedOf: ReadonlyMap<object, ReadonlySet<PropertyKey>>,
): string[] => {
  const asked = askedOf.get(value)
  if (asked === undefined || asked.size === 0) return []
  return Object.entries(value).flatMap(([key, child]) => {
    const here = [...path, key]
    if (!asked.has(key)) return [here.join('/')]
    return typeof child === 'object' && child !== null ? below(child, here, askedOf) : []
  })
}
