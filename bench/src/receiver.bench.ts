import { signDeliveries } from './receiver/deliveries.ts'
import { startKick } from './receiver/kick.ts'
import { DELIVERIES, paced } from './receiver/paced.ts'
import { saturated } from './receiver/saturated.ts'
import { type Side, startApi, startBare } from './receiver/sides.ts'
import type { Bench } from './result.ts'
import { withPostgres } from './with-postgres.ts'

/** The api process under webhooks: paced for a minute, then as many as it takes. */
export const receiverBench: Bench = (show) =>
  withPostgres(
    async (serverUrl) => {
      const kick = await startKick()
      show('receiver: signing deliveries …')
      const deliveries = signDeliveries(kick.keys, DELIVERIES)
      const sides: Side[] = []
      const started = async (side: Promise<Side>) => {
        sides.push(await side)
        return await side
      }
      try {
        const api = await started(startApi(serverUrl, kick.url))
        const shared = await started(startBare(serverUrl, 'shared'))
        const single = await started(startBare(serverUrl, 'single'))
        show('receiver: 500 deliveries a second for a minute, after warming up …')
        const minute = await paced(api, shared, deliveries)
        show('receiver: as many as it takes, in turn with bare routes …')
        return [...minute, ...(await saturated({ api, shared, single }, deliveries))]
      } finally {
        for (const side of sides) await side.stop()
        kick.close()
      }
    },
    { durable: true },
  )
