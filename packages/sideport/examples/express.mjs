import express from 'express'
import { Registry } from 'prom-client'
import { counter, createSideport, httpMetrics, instrumentHttp, oneOf } from 'sideport'
import { expressRoutes } from 'sideport/express'

const orders = counter({
  name: 'shop_orders_total',
  help: 'Orders, by how they were paid.',
  labels: [oneOf('paid', ['cash', 'card'])],
  exportedBy: ['shop'],
})
const { metrics, listen } = createSideport({
  catalogue: { orders, ...httpMetrics(['shop']) },
  exporter: 'shop',
  registry: new Registry(),
})

const app = express()
app.get('/coffee/:kind', (request, response) => {
  metrics.orders.inc({ paid: 'card' })
  response.send(`Your ${request.params.kind}.\n`)
})
const server = app.listen(process.env.PORT ?? 3000)
instrumentHttp({ metrics }).attach(server, expressRoutes(app))

const side = await listen({ port: Number(process.env.METRICS_PORT ?? 9091) })
console.log(server.address().port, side.url)
