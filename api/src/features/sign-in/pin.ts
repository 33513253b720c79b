import { createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import type { Pool } from 'pg'
import { type Db, row, transaction } from '../../db/query.ts'
import { tooManyRequests, wrongPin } from '../../domain/errors.ts'

export const PIN_MINUTES = 10
const TRIES = 5

/**
 * How many PINs may be asked for. Five tries for each of twenty PINs a day leave a guesser one chance
 * in ten thousand a day; a flood from one address is stopped before it fills anybody's mailbox.
 */
const ALLOWANCES = [
  { column: 'email', minutes: 15, pins: 5 },
  { column: 'email', minutes: 24 * 60, pins: 20 },
  { column: 'requested_from', minutes: 15, pins: 120 },
] as const

/** A salted hash keeps PINs out of backups for the minutes in which they are worth something. */
function hashOf(pin: string, salt: Buffer) {
  return createHmac('sha256', salt).update(pin).digest()
}

/**
 * Makes a PIN for an e-mail address; older ones of the address stop working.
 * @throws 429 when too many were asked for.
 */
export async function issuePin(db: Pool, email: string, requestedFrom: string): Promise<string> {
  const pin = randomInt(1_000_000).toString().padStart(6, '0')
  const salt = randomBytes(16)
  await transaction(db, async (tx) => {
    // Requests for one address wait for each other, or they would all count before any is stored.
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('pin', 0) # hashtext($1))`, [
      email,
    ])
    await checkAllowances(tx, { email, requested_from: requestedFrom })
    await tx.query(
      `insert into sign_in_pins (email, requested_from, salt, pin_hash, expires_at)
       values ($1, $2, $3, $4, now() + make_interval(mins => $5))`,
      [email, requestedFrom, salt, hashOf(pin, salt), PIN_MINUTES],
    )
  })
  return pin
}

async function checkAllowances(db: Db, asked: { email: string; requested_from: string }) {
  for (const { column, minutes, pins } of ALLOWANCES) {
    const oldest = await row<{ seconds: number }>(
      db,
      `select extract(epoch from created_at + make_interval(mins => $2) - now())::int as seconds
       from sign_in_pins
       where ${column} = $1 and created_at > now() - make_interval(mins => $2)
       order by created_at desc offset $3 limit 1`,
      [asked[column], minutes, pins - 1],
    )
    if (!oldest) continue
    const wait = Math.max(1, oldest.seconds)
    throw tooManyRequests(`Too many PINs were asked for; wait ${wait} seconds.`, wait)
  }
}

/** How many tries may fail from one address in a quarter of an hour, whichever accounts they are for. */
const FAILURES = { minutes: 15, tries: 100 }

/**
 * Uses up the newest PIN of an address. Each try is counted before it is looked at, so that tries
 * sent at once are not more than tries sent one after the other.
 * @throws 401 when the PIN does not fit; 429 after five tries, or too many from one place.
 */
export async function redeemPin(
  db: Pool,
  { email, pin, from }: { email: string; pin: string; from: string },
): Promise<void> {
  const counted = await row<{ id: string }>(
    db,
    'insert into sign_in_tries (tried_from) values ($1) returning id',
    [from],
  )
  const uncount = () => db.query('delete from sign_in_tries where id = $1', [counted?.id])
  try {
    await checkFailures(db, from)
  } catch (refusal) {
    // Nothing was tried. Counted, it would put off the end of the wait it was just told of.
    await uncount()
    throw refusal
  }
  await tryPin(db, email, pin)
  // What fits is no failure.
  await uncount()
}

async function checkFailures(db: Pool, from: string) {
  const oldest = await row<{ seconds: number }>(
    db,
    `select extract(epoch from tried_at + make_interval(mins => $2) - now())::int as seconds
     from sign_in_tries where tried_from = $1 and tried_at > now() - make_interval(mins => $2)
     order by tried_at desc offset $3 limit 1`,
    [from, FAILURES.minutes, FAILURES.tries],
  )
  if (!oldest) return
  const wait = Math.max(1, oldest.seconds)
  throw tooManyRequests(`Too many tries failed; wait ${wait} seconds.`, wait)
}

async function tryPin(db: Pool, email: string, pin: string): Promise<void> {
  const tried = await row<{ id: string; salt: Buffer; pin_hash: Buffer; tries: number }>(
    db,
    `update sign_in_pins set tries = least(tries, ${TRIES}) + 1
     where id = (select id from sign_in_pins where email = $1 order by created_at desc, id desc limit 1)
       and used_at is null and expires_at > now()
     returning id, salt, pin_hash, tries`,
    [email],
  )
  if (!tried) throw wrongPin()
  if (tried.tries > TRIES) {
    throw tooManyRequests('Too many tries; ask for a new PIN.', 60)
  }
  if (!timingSafeEqual(tried.pin_hash, hashOf(pin, tried.salt))) throw wrongPin()
  const used = await row(
    db,
    'update sign_in_pins set used_at = now() where id = $1 and used_at is null returning id',
    [tried.id],
  )
  if (!used) throw wrongPin()
}
