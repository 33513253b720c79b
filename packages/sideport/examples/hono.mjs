import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { Registry } from 'prom-client'
import { createSideport, httpMetrics, instrumentHttp } from 'sideport'
import { honoRoutes } from 'sideport/hono'

const { metrics, listen } = createSideport({
  catalogue: httpMetrics(['shop']),
  exporter: 'shop',
  registry: new Registry(),
})

const app = new Hono()
app.get('/coffee/:kind', (c) => c.text(`Your ${c.req.param('kind')}.\n`))
const server = serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) })
instrumentHttp({ metrics }).attach(server, honoRoutes(app))

const side = await listen({ port: Number(process.env.METRICS_PORT ?? 9091) })
console.log(server.address().port, side.url)
