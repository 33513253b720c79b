import pg from 'pg'
import { createPostgresLock } from 'sideport'

/** A process of its own that takes a lock, says so, and then hangs. */
const [url = '', job = ''] = process.argv.slice(2)
const lock = createPostgresLock({ client: () => new pg.Client({ connectionString: url }) })
const held = await lock.acquire(job)
process.stdout.write(held ? 'held\n' : 'lost\n')
setInterval(() => {}, 60_000)
