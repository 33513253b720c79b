import Router from '@koa/router'
import Koa from 'koa'
import { Registry } from 'prom-client'
import { createSideport, httpMetrics, instrumentHttp } from 'sideport'
import { koaRoutes } from 'sideport/koa'

const { metrics, listen } = createSideport({
  catalogue: httpMetrics(['shop']),
  exporter: 'shop',
  registry: new Registry(),
})

const app = new Koa()
const router = new Router()
router.get('/coffee/:kind', (context) => {
  context.body = `Your ${context.params.kind}.\n`
})
app.use(router.routes())
const server = app.listen(process.env.PORT ?? 3000)
instrumentHttp({ metrics }).attach(server, koaRoutes(app))

const side = await listen({ port: Number(process.env.METRICS_PORT ?? 9091) })
console.log(server.address().port, side.url)
