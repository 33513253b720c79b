/** The current instant in milliseconds since 1970. Tests pass their own. */
export type Clock = () => number

/** RFC 3339 in whole seconds, as Kick writes its timestamps. */
export const toSeconds = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`
