import type { JobContext } from '../context.ts'
import { workThrough } from '../work-through.ts'
import { hoursToExport, recordExport } from './hours.ts'
import { packHour } from './pack.ts'

/**
 * Writes the chat of every closed hour to storage, one object an hour, oldest first. The key follows
 * from the hour and the same hour packs to the same bytes, so an export that was cut off anywhere is
 * simply done again.
 */
export async function chatExport({ db, clients, log, now, signal }: JobContext): Promise<void> {
  const hours = await hoursToExport(db, now())
  const plan = { what: 'hours', concurrency: 1, signal, log }
  await workThrough(plan, hours, async (hour) => {
    const { content, messageCount } = await packHour(db, hour)
    const key = keyOf(hour)
    const etag = await clients.storage.put(
      { key, content, contentType: 'application/gzip' },
      signal,
    )
    await recordExport(db, { hour, key, messageCount, etag })
    log.info({ key, messages: messageCount, bytes: content.byteLength }, 'chat exported')
  })
}

/** @example keyOf(new Date('2026-11-22T07:00:00Z')) // 'chat/2026/11/22/07.ndjson.gz' */
function keyOf(hour: Date): string {
  return `chat/${hour.toISOString().slice(0, 13).replaceAll('-', '/').replace('T', '/')}.ndjson.gz`
}
