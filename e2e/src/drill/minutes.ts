/** In seconds. */
export const MINUTE = 60
