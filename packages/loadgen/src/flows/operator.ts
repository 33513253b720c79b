import type { Campaign, Deal, Negotiation, Streamer, Submission, Terms } from '../session.ts'
import type { Simulation } from '../simulation.ts'
import type { Side } from './both-sides.ts'
import type { Flow } from './flow.ts'

const openCampaigns = 3
const briefs = ['Try our new blend on air', 'Show the headset for five minutes', 'Wear the cap']

const post = ({ member }: Side, path: string, body?: unknown) => member.ask('POST', path, body)

/** Terms that leave room above the floors. */
export function aboveFloors(floors: Terms, { random }: Simulation): Terms {
  return { ...floors, payment_per_stream: floors.payment_per_stream + random.between(0, 20) * 100 }
}

async function planCampaign(side: Side, { random, say }: Simulation): Promise<void> {
  const own = await side.member.list<Campaign>('/api/campaigns?limit=50')
  const open = own.filter(({ status }) => ['prepared', 'funded', 'in_progress'].includes(status))
  if (open.length >= openCampaigns) return
  const title = random.pick(briefs) ?? 'A campaign'
  const { status, body } = await side.member.ask<Campaign>('POST', '/api/campaigns', {
    title,
    brief: `${title}. We pay per stream.`,
    window_days: random.between(1, 30),
    floors: {
      timeframe: random.between(3, 10),
      deliveries: random.between(1, 3),
      min_viewers: random.between(1, 50),
      min_duration: random.between(15, 60),
      payment_per_stream: random.between(20, 200) * 100,
    },
  })
  if (status !== 201) return
  say(`plans the campaign “${title}”`)
  await fundCampaign(side, body, random.between(100_000, 999_999))
}

const fundCampaign = (side: Side, { id }: Campaign, reference: number) =>
  post(side, `/api/campaigns/${id}/fund`, { deposit_reference: `DEP-${reference}` })

async function invite(side: Side, simulation: Simulation): Promise<void> {
  const { random } = simulation
  const own = await side.member.list<Campaign>('/api/campaigns?limit=20')
  const campaign = random.pick(own.filter(({ status }) => /funded|in_progress/.test(status)))
  const streamer = random.pick(await side.member.list<Streamer>('/api/streamers?limit=50'))
  if (campaign === undefined || streamer === undefined) return
  const terms = aboveFloors(campaign.floors, simulation)
  await post(side, `/api/campaigns/${campaign.id}/offers`, { terms, streamer_id: streamer.id })
}

async function makeDeals(side: Side, { say }: Simulation): Promise<void> {
  const agreed = await side.member.list<Negotiation>('/api/negotiations?status=agreed&limit=20')
  for (const { id } of agreed.filter(({ deal_id }) => deal_id === null)) {
    const { status } = await post(side, `/api/negotiations/${id}/deal`)
    if (status === 201) say('makes a deal')
  }
}

async function review(side: Side, { random }: Simulation): Promise<void> {
  for (const deal of await side.member.list<Deal>('/api/deals?status=active&limit=20')) {
    const all = await side.member.list<Submission>(`/api/deals/${deal.id}/submissions`)
    for (const { id } of all.filter(({ status }) => status === 'pending_review')) {
      if (random.chance(0.8)) await post(side, `/api/submissions/${id}/confirm`)
      else
        await post(side, `/api/submissions/${id}/reject`, { reason: 'The product is not shown.' })
    }
  }
}

async function changeMind(side: Side, { random }: Simulation): Promise<void> {
  const deal = random.pick(await side.member.list<Deal>('/api/deals?status=active&limit=20'))
  if (deal !== undefined)
    await post(side, `/api/deals/${deal.id}/${random.pick(['refund', 'cancel'])}`)
  if (!random.chance(0.3)) return
  const own = await side.member.list<Campaign>('/api/campaigns?status=funded')
  const campaign = random.pick(own)
  if (campaign !== undefined) await post(side, `/api/campaigns/${campaign.id}/cancel`)
}

/** What a brand does on the platform. */
export const operatorFlows: readonly Flow<Side>[] = [
  { name: 'plans a campaign', everyMinutes: 15, act: planCampaign },
  { name: 'invites a streamer', everyMinutes: 30, act: invite },
  { name: 'makes deals', everyMinutes: 15, act: makeDeals },
  { name: 'reviews submissions', everyMinutes: 15, act: review },
  { name: 'changes its mind', everyMinutes: 120, act: changeMind },
]
