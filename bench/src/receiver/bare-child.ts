/**
 * What the receiver is held against: a Hono route that puts the delivery into the inbox over as many
 * connections, and does nothing else. `shared` inserts as the receiver does, deliveries that come
 * together in one statement; `single` is what one writes first, a statement for each.
 */
import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { Delivery } from '@verifluence/api/testing'
import { createLog, createStore, openPool } from '@verifluence/api/testing'
import { Hono } from 'hono'

const [url = '', port, inserts] = process.argv.slice(2)
const db = openPool({
  url,
  name: 'bare',
  size: 5,
  connectMs: 10_000,
  statementMs: 10_000,
  log: createLog('api', 'silent'),
})
const single = {
  name: 'store-webhook',
  text: `insert into webhooks.incoming
           (source, message_id, event_type, event_version, subscription_id, message_timestamp, body)
         values ('kick', $1, $2, $3, $4, $5, $6) on conflict (source, message_id) do nothing`,
}
function storeSingle(delivery: Delivery) {
  const { messageId, eventType, eventVersion, subscriptionId, sentAt, body } = delivery
  const values = [messageId, eventType, eventVersion, subscriptionId, sentAt, body]
  return db.query({ ...single, values })
}
const store = inserts === 'shared' ? createStore(db) : storeSingle
const app = new Hono()
app.get('/_readiness', (c) => c.body(null))
app.post('/wh/kick', async (c) => {
  const header = (name: string) => c.req.header(`kick-event-${name}`) ?? ''
  await store({
    messageId: header('message-id'),
    eventType: header('type'),
    eventVersion: header('version'),
    subscriptionId: header('subscription-id'),
    sentAt: new Date(header('message-timestamp')),
    body: Buffer.from(await c.req.arrayBuffer()),
  })
  return c.json({ status: 'ok' })
})
const server = createAdaptorServer({ fetch: app.fetch }) as Server
server.listen(Number(port), '127.0.0.1')
process.on('disconnect', () => process.exit())
