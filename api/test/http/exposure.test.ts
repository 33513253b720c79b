import { request } from 'node:http'
import { until } from '@verifluence/testkit'
import { describe, expect, it } from 'vitest'
import { useBackend } from '../support/backend.ts'
import { createClient } from '../support/client.ts'
import {
  aCampaign,
  aDeal,
  anAgreement,
  anEmail,
  anOperator,
  aStreamer,
  aSubmission,
  pinOf,
  terms,
} from '../support/people.ts'
import { start } from '../support/process.ts'

const backend = useBackend()

/** Sends a path exactly as it is written. */
function raw(base: string, path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const { hostname, port } = new URL(base)
    const sent = request({ hostname, port, path, headers }, (answer) => {
      let body = ''
      answer.setEncoding('utf8').on('data', (text) => {
        body += text
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }))
    })
    sent.on('error', reject)
    sent.end()
  })
}

describe('metrics', () => {
  it.each([
    ['/metrics', {}],
    ['/metrics/', {}],
    ['//metrics', {}],
    ['/./metrics', {}],
    ['/api/../metrics', {}],
    ['/%6detrics', {}],
    ['/METRICS', {}],
    ['/metrics?x=/wh/kick', {}],
    ['/metrics%00', {}],
    ['/', { 'x-original-url': '/metrics', 'x-rewrite-url': '/metrics' }],
    [
      '/',
      { host: '127.0.0.1:9091', 'x-forwarded-host': 'api-metrics', 'x-forwarded-port': '9091' },
    ],
    ['http://127.0.0.1:9091/metrics', {}],
  ] as const)('are not on the application port at %s', async (path, headers) => {
    const { status, body } = await raw(backend.url, path, headers)
    expect(status).toBe(404)
    expect(body).not.toContain('vf_')
  })

  it('port serves nothing of the application', async () => {
    for (const path of ['/', '/api/offers', '/_readiness', '/openapi.json', '/metrics/../api/me']) {
      expect((await raw(backend.metricsUrl, path)).status).toBe(404)
    }
    const posted = await fetch(backend.metricsUrl, { method: 'POST', body: 'x' })
    expect(posted.status).toBe(405)
  })

  it('never carry an id, a name or an address as a label', async () => {
    const operator = await anOperator(backend)
    const streamer = await aStreamer(backend, 987_654_321)
    const deal = await aDeal(operator, streamer)
    const submission = await aSubmission(streamer, deal)
    await operator.get(`/api/submissions/${submission}`)
    await operator.get(`/api/campaigns/${deal}/../..//${submission}`)
    await fetch(`${backend.url}/${streamer.id}`, { method: 'PROPFIND' })
    const [delivery] = await backend.fakes.sendWebhook({
      type: 'chat.message.sent',
      broadcasterUserId: 987_654_321,
      variant: 'unknown-type',
    })
    const ids = [operator, streamer].flatMap(({ id, email }) => [id, email])
    ids.push(deal, submission, '987654321', delivery?.messageId ?? 'none', 'PROPFIND')
    const series = [...(await backend.scrape()).keys()].join('\n')
    for (const id of ids) expect(series).not.toContain(id)
    expect(series).not.toMatch(/"[A-Z]{1,2}-[0-9A-HJKMNP-TV-Z]{6}"/)
    expect(series).toContain('route="/api/submissions/:id"')
    expect(series).toContain('method="other"')
  })

  it('lead from a count to the log line of a request, in OpenMetrics', async () => {
    const { url, metricsUrl } = await backend.replica()
    await fetch(`${url}/api/me`, { headers: { 'x-request-id': 'traced-4711' } })
    const scrape = async (accept: string) =>
      await (await fetch(metricsUrl, { headers: { accept } })).text()
    const counted = /^vf_http_requests_total\{[^}]*"\/api\/me",status_code="401"\} 1 (.*)$/m
    const [, exemplar] = (await scrape('application/openmetrics-text')).match(counted) ?? []
    expect(exemplar).toMatch(/^# \{request_id="traced-4711"\} 1 \d+/)
    expect(await scrape('text/plain')).not.toContain('traced-4711')
  })

  it('tell the totals of every status, and since when the oldest waits', async () => {
    const operator = await anOperator(backend)
    const streamer = await aStreamer(backend)
    await aSubmission(streamer, await aDeal(operator, streamer))
    // A replica counts when it starts, as each does every 30 seconds.
    const { metricsUrl } = await backend.replica()
    const expected = await backend.query<{ entity: string; status: string; count: number }>(
      ['offers', 'negotiations', 'deals', 'session_submissions', 'campaigns']
        .map(
          (table) => `select '${table}' as entity, status, count(*)::int from ${table} group by 2`,
        )
        .join(' union all '),
    )
    const scrape = await until(
      'the first count',
      async () => {
        const text = await (await fetch(metricsUrl)).text()
        return text.includes('vf_campaigns_by_status{') && text
      },
      { withinMs: 10_000 },
    )
    for (const { entity, status, count } of expected) {
      expect(scrape).toContain(
        `vf_${entity}_by_status{service="api",status="${status}"} ${count}\n`,
      )
    }
    expect(scrape).toContain('vf_offers_by_status{service="api",status="expired"} 0\n')
    expect(scrape).toMatch(/oldest_pending_timestamp_seconds\{[^}]*"session_submissions"} \d{10}/)
    expect(scrape.match(/vf_domain_last_refresh_timestamp_seconds\{/g)).toHaveLength(5)
  })
})

describe('the application port', () => {
  it('lets the front ends in, and counts the preflights of everybody', async () => {
    const preflight = (origin: string) =>
      fetch(`${backend.url}/api/offers`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'GET' },
      })
    const ours = await preflight('https://app.verifluence.test')
    expect(ours.headers.get('access-control-allow-origin')).toBe('https://app.verifluence.test')
    expect(ours.headers.get('access-control-allow-credentials')).toBe('true')
    const theirs = await preflight('https://evil.test')
    expect(theirs.headers.get('access-control-allow-origin')).toBeNull()
    const counted = [...(await backend.scrape())].filter(([series]) =>
      /vf_http_requests_total.*method="OPTIONS"/.test(series),
    )
    expect(counted.reduce((sum, [, value]) => sum + value, 0)).toBeGreaterThanOrEqual(2)
  })

  it('sets the headers that keep browsers careful, on refusals too', async () => {
    for (const path of ['/api/offers', '/nowhere', '/_liveness']) {
      const { headers } = await createClient(backend.url).get(path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-frame-options')).toBe('SAMEORIGIN')
      expect(headers.get('strict-transport-security')).toContain('max-age')
      expect(headers.get('x-request-id')).toMatch(/^[\w-]{8,64}$/)
    }
  })

  it('reads no body beyond its limit, whether its length is announced or not', async () => {
    const large = 'x'.repeat(70_000)
    const streamed = new Blob([large]).stream()
    for (const body of [large, streamed]) {
      const response = await fetch(`${backend.url}/api/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        duplex: 'half',
      } as RequestInit)
      expect(response.status).toBe(413)
    }
  })
})

describe('the log', () => {
  it('names what a request is about and what it made, each by its own name', async () => {
    const api = await start('server', backend.environment)
    const operator = await anOperator(backend)
    const streamer = await aStreamer(backend)
    const [sender, receiver] = [operator.at(api.url), streamer.at(api.url)]
    const campaign_id = await aCampaign(operator)
    const offer = await receiver.post(`/api/campaigns/${campaign_id}/offers`, { terms })
    const negotiation_id = await anAgreement(operator, streamer)
    const deal = await sender.post(`/api/negotiations/${negotiation_id}/deal`)
    const submission_id = await aSubmission(receiver as typeof streamer, deal.body.id)
    const lines = () => api.lines().filter(({ msg }) => msg === 'request')
    await until('the last line', () => lines().length === 3, { withinMs: 10_000 })
    expect(lines()).toMatchObject([
      { campaign_id, offer_id: offer.body.id },
      { negotiation_id, deal_id: deal.body.id },
      { deal_id: deal.body.id, submission_id },
    ])
  })

  it('has one line a request, with its id and those of things, and nothing that signs in', async () => {
    const api = await start('server', backend.environment)
    const email = anEmail()
    const client = createClient(api.url)
    await client.get('/api/me')
    await client.post('/api/sign-in/pin', { email })
    const pin = await pinOf(backend, email)
    await client.post('/api/sign-in', { email, pin })
    await client.post('/api/operators', { name: 'Brand' })
    const { headers } = await client.get('/api/offers/O-000000?secret=hidden')
    await client.get('/_liveness')

    const requests = api.lines().filter(({ msg }) => msg === 'request')
    expect(requests.map(({ route }) => route)).toEqual([
      '/api/me',
      '/api/sign-in/pin',
      '/api/sign-in',
      '/api/operators',
      '/api/offers/:id',
    ])
    expect(requests.at(-1)).toMatchObject({
      level: 'info',
      service: 'api',
      request_id: headers.get('x-request-id'),
      status: 404,
      account_id: expect.any(String),
    })
    const token = client.setCookie.match(/=([\w-]+);/)?.[1] ?? 'none'
    for (const secret of [pin, token, 'hidden', '__Host-session']) {
      expect(api.output()).not.toContain(secret)
    }
  })
})
