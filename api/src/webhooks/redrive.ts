/**
 * Gives parked webhook events another round of tries, after what made them fail was mended:
 *
 *   node --import tsx api/src/webhooks/redrive.ts   all parked events
 *   node --import tsx api/src/webhooks/redrive.ts chat.message.sent
 *   node --import tsx api/src/webhooks/redrive.ts --ignored livestream.status.updated
 *
 * `--ignored` takes up events of a type or version that was unknown when they came.
 */
import { Client } from 'pg'
import { redrive } from './inbox/redrive.ts'

const [first, ...others] = process.argv.slice(2)
const ignored = first === '--ignored'
const eventType = ignored ? others[0] : first
const url = process.env.DATABASE_URL

if (!url) {
  console.error('DATABASE_URL is missing (postgres://user:password@host:port/name).')
  process.exit(1)
}

const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 })
try {
  await client.connect()
  const count = await redrive(client, { eventType, state: ignored ? 'ignored' : 'parked' })
  console.log(`${count} events will be tried again.`)
} catch (error) {
  console.error(`The events were not re-driven: ${error instanceof Error ? error.message : error}.`)
  process.exitCode = 1
} finally {
  await client.end()
}
