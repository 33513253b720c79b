const { createServer } = require('node:http')
const { Registry } = require('prom-client')
const { createSideport, httpMetrics, instrumentHttp } = require('sideport')

const { metrics, listen } = createSideport({
  catalogue: httpMetrics(['shop']),
  exporter: 'shop',
  registry: new Registry(),
})

const server = createServer((request, response) => {
  const kind = /^\/coffee\/(\w+)$/.exec(request.url)?.[1]
  if (kind === undefined) response.writeHead(404).end()
  else response.end(`Your ${kind}.\n`)
})
instrumentHttp({ metrics }).attach(server, {
  route: ({ url }) => (url.startsWith('/coffee/') ? '/coffee/:kind' : undefined),
})
server.listen(process.env.PORT ?? 3000, async () => {
  const side = await listen({ port: Number(process.env.METRICS_PORT ?? 9091) })
  console.log(server.address().port, side.url)
})
