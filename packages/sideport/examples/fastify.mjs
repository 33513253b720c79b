import Fastify from 'fastify'
import { Registry } from 'prom-client'
import { createSideport, httpMetrics, instrumentHttp } from 'sideport'
import { fastifyRoutes } from 'sideport/fastify'

const { metrics, listen } = createSideport({
  catalogue: httpMetrics(['shop']),
  exporter: 'shop',
  registry: new Registry(),
})

const app = Fastify()
instrumentHttp({ metrics }).attach(app.server, fastifyRoutes(app))
app.get('/coffee/:kind', async (request) => `Your ${request.params.kind}.\n`)
await app.listen({ port: Number(process.env.PORT ?? 3000) })

const side = await listen({ port: Number(process.env.METRICS_PORT ?? 9091) })
console.log(app.server.address().port, side.url)
