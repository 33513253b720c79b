import { createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import type { Pool } from 'pg'
import { type Db, row, transaction } from '../../db/query.ts'
import { tooManyRequests, wrongPin } from '../../domain/errors.ts'

export const PIN_MINUTES = 10
const TRIES = 5

/** A browser that asks for a PIN or tries one. */
export interface Requester {
  /** The hash of its token, which no one else has. */
  readonly browser: Buffer
  readonly network: string
}

/**
 * How many PINs may be asked for. What counts is who asks, not whom they ask for: a stranger uses up
 * an allowance of his own, never the owner's. Of all strangers together 40 PINs a day with five tries each
 * leave a guesser one chance in five thousand a day, and bound what reaches a mailbox.
 */
const ALLOWANCES = [
  { of: ['email', 'requested_from'], minutes: 15, pins: 5 },
  { of: ['email', 'requested_from'], minutes: 24 * 60, pins: 20 },
] as const
/** On top for a browser in which this account has never signed in. */
const STRANGERS_ALLOWANCES = [
  { of: ['requested_from'], minutes: 15, pins: 120 },
  { of: ['email'], minutes: 24 * 60, pins: 40 },
] as const

/** A salted hash keeps PINs out of backups for the minutes in which they are worth something. */
function hashOf(pin: string, salt: Buffer) {
  return createHmac('sha256', salt).update(pin).digest()
}

/** Names a browser that has signed in to an account in the columns that limits count by. */
const KNOWN_BROWSER = 'browser '

/** By what the limits count a requester: a browser that the account has used before counts by itself. */
async function countedAs(db: Db, email: string, { browser, network }: Requester): Promise<string> {
  const known = await row(
    db,
    `select from sign_in_browsers join accounts on accounts.id = account_id
     where token_hash = $1 and email = $2`,
    [browser, email],
  )
  return known ? KNOWN_BROWSER + browser.toString('hex') : network
}

/**
 * Makes a PIN for an e-mail address, which works only in the browser that asks.
 * @throws 429 when too many were asked for.
 */
export async function issuePin(db: Pool, email: string, requester: Requester): Promise<string> {
  const pin = randomInt(1_000_000).toString().padStart(6, '0')
  const salt = randomBytes(16)
  await transaction(db, async (tx) => {
    // Requests for one address wait for each other, or they would all count before any is stored.
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('pin', 0) # hashtext($1))`, [
      email,
    ])
    const from = await countedAs(tx, email, requester)
    await checkAllowances(tx, { email, requested_from: from })
    await tx.query(
      `insert into sign_in_pins (email, requested_from, browser_hash, salt, pin_hash, expires_at)
       values ($1, $2, $3, $4, $5, now() + make_interval(mins => $6))`,
      [email, from, requester.browser, salt, hashOf(pin, salt), PIN_MINUTES],
    )
  })
  return pin
}

async function checkAllowances(db: Db, asked: { email: string; requested_from: string }) {
  const isKnown = asked.requested_from.startsWith(KNOWN_BROWSER)
  for (const { of, minutes, pins } of isKnown
    ? ALLOWANCES
    : [...ALLOWANCES, ...STRANGERS_ALLOWANCES]) {
    const same = of.map((column, index) => `${column} = $${index + 4}`).join(' and ')
    const oldest = await row<{ seconds: number }>(
      db,
      `select extract(epoch from created_at + make_interval(mins => $1) - now())::int as seconds
       from sign_in_pins
       where ${same} and created_at > now() - make_interval(mins => $1)
         and ($2 or not starts_with(requested_from, '${KNOWN_BROWSER}'))
       order by created_at desc offset $3 limit 1`,
      [minutes, isKnown, pins - 1, ...of.map((column) => asked[column])],
    )
    if (!oldest) continue
    const wait = Math.max(1, oldest.seconds)
    throw tooManyRequests(`Too many PINs were asked for; wait ${wait} seconds.`, wait)
  }
}

/** How many tries may fail from one network in a quarter of an hour, whichever accounts they are for. */
const FAILURES = { minutes: 15, tries: 100 }

/**
 * Uses up the newest PIN that this browser asked for. Each try is counted before it is looked at, so that tries
 * sent at once are not more than tries sent one after the other.
 * @throws 401 when the PIN does not fit; 429 after five tries, or too many from one network.
 */
export async function redeemPin(
  db: Pool,
  { email, pin, requester }: { email: string; pin: string; requester: Requester },
): Promise<void> {
  const from = await countedAs(db, email, requester)
  const counted = await row<{ id: string }>(
    db,
    'insert into sign_in_tries (tried_from) values ($1) returning id',
    [from],
  )
  const uncount = () => db.query('delete from sign_in_tries where id = $1', [counted?.id])
  try {
    await checkFailures(db, from)
  } catch (refusal) {
    // Nothing was tried. Counted, it would put off the end of the wait in the answer.
    await uncount()
    throw refusal
  }
  await tryPin(db, { email, pin, browser: requester.browser })
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

async function tryPin(
  db: Pool,
  { email, pin, browser }: { email: string; pin: string; browser: Buffer },
): Promise<void> {
  const tried = await row<{ id: string; salt: Buffer; pin_hash: Buffer; tries: number }>(
    db,
    `update sign_in_pins set tries = least(tries, ${TRIES}) + 1
     where id = (select id from sign_in_pins where email = $1 and browser_hash = $2
                 order by created_at desc, id desc limit 1)
       and used_at is null and expires_at > now()
     returning id, salt, pin_hash, tries`,
    [email, browser],
  )
  if (!tried) {
    // Takes as long as for a PIN that exists.
    hashOf(pin, randomBytes(16))
    throw wrongPin()
  }
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
