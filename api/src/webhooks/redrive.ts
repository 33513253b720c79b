/**
 * Gives parked webhook events another series of attempts, after the cause of their failure is fixed:
 *
 *   redrive                                        all parked events
 *   redrive chat.message.sent                      those of one type
 *   redrive --ignored livestream.status.updated    events whose type or version was unknown
 */
import { Client } from 'pg'
import { redrive } from './inbox.ts'

const IGNORED = '--ignored'
const given = process.argv.slice(2)
const ignored = given.includes(IGNORED)
const [eventType, ...more] = given.filter((argument) => argument !== IGNORED)
const url = process.env.DATABASE_URL?.trim()

if (more.length > 0 || eventType?.startsWith('-')) {
  console.error(`"${given.join(' ')}" is not understood: redrive [${IGNORED}] [EVENT TYPE].`)
  process.exit(1)
}
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
