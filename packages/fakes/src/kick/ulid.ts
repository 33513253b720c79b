import { randomBytes } from 'node:crypto'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A ULID: 10 characters of time and 16 of randomness in Crockford's base 32. */
export function ulid(at: number): string {
  let rest = at
  let time = ''
  for (let place = 0; place < 10; place += 1) {
    time = alphabet.charAt(rest % 32) + time
    rest = Math.floor(rest / 32)
  }
  return time + Array.from(randomBytes(16), (byte) => alphabet.charAt(byte % 32)).join('')
}
