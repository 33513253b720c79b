import { z } from '@hono/zod-openapi'

/** Trimmed text that PostgreSQL can store. */
export function Text(longest: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .refine((text) => !text.includes('\0'), 'must not contain the character NUL')
}

/** Lower case, so that one mailbox is one account. */
export const Email = z.string().trim().toLowerCase().max(254).pipe(z.email())

/** A value of one of the five terms; days, slots, viewers, minutes and cents. */
export const TermValue = z.int().min(1).max(10_000_000)

export const Instant = z.iso.datetime()

/** A public id such as `C-7F3K2M`. */
export function PublicId(prefix: string) {
  return z.string().regex(new RegExp(`^${prefix}-[0-9A-HJKMNP-TV-Z]{6}$`))
}
