import type { Member, Negotiation, Offer, Role, Term, TermState } from '../session.ts'
import type { Simulation } from '../simulation.ts'
import type { Flow } from './flow.ts'

/** A user of either role. */
export type Side = { readonly role: Role; readonly member: Member }

const post = (side: Side, path: string, body?: unknown) => side.member.ask('POST', path, body)

async function answerOffers(side: Side, { random }: Simulation): Promise<void> {
  const pending = await side.member.list<Offer>('/api/offers?status=pending&limit=5')
  for (const { id, initiator } of pending) {
    if (initiator === side.role) continue
    await post(side, `/api/offers/${id}/${random.chance(0.75) ? 'accept' : 'decline'}`)
  }
}

async function withdrawAnOffer(side: Side, { random }: Simulation): Promise<void> {
  const pending = await side.member.list<Offer>('/api/offers?status=pending&limit=10')
  const offer = random.pick(pending.filter(({ initiator }) => initiator === side.role))
  if (offer !== undefined) await post(side, `/api/offers/${offer.id}/withdraw`)
}

/** Approves what is on the table, and now and then asks for a little more. */
async function bargain(side: Side, { random }: Simulation): Promise<void> {
  const open = await side.member.list<Negotiation>('/api/negotiations?status=in_progress&limit=5')
  for (const { id, terms } of open) {
    for (const [term, state] of Object.entries(terms) as [Term, TermState][]) {
      if (side.role === 'operator' ? state.operator_approved : state.streamer_approved) continue
      const path = `/api/negotiations/${id}/terms/${term}`
      if (random.chance(0.9)) await post(side, `${path}/approve`)
      else await post(side, `${path}/counter`, { value: Math.ceil(state.value * 1.05) })
    }
  }
}

async function walkAway(side: Side, { random }: Simulation): Promise<void> {
  const open = await side.member.list<Negotiation>('/api/negotiations?status=in_progress&limit=5')
  const unlucky = random.pick(open)
  if (unlucky !== undefined) await post(side, `/api/negotiations/${unlucky.id}/cancel`)
}

/** Opens a list, and one thing of it. */
async function lookAround({ member }: Side, { random }: Simulation): Promise<void> {
  const lists = ['offers', 'negotiations', 'deals', 'campaigns', 'streamers'] as const
  const path = `/api/${random.pick(lists)}`
  const thing = random.pick(await member.list<{ id: string }>(path))
  await member.ask('GET', thing === undefined ? '/api/me' : `${path}/${thing.id}`)
}

/** Invalid requests, each refused with its own status. */
async function blunder({ member }: Side, { random }: Simulation): Promise<void> {
  const mistakes = [
    ['GET', '/api/offers/O-000000'],
    ['GET', '/api/deals/not-an-id'],
    ['GET', '/api/campaigns?limit=1000'],
    ['POST', '/api/campaigns', { title: 'Half a form' }],
    ['POST', '/api/operators', { name: 'Twice' }],
    ['POST', '/api/sign-in', { email: member.email, pin: '12345' }],
  ] as const
  const [method, path, body] = random.pick(mistakes) ?? mistakes[0]
  await member.ask(method, path, body)
}

/** What operators and streamers have in common. */
export const sharedFlows: readonly Flow<Side>[] = [
  { name: 'answers offers', everyMinutes: 30, act: answerOffers },
  { name: 'bargains', everyMinutes: 12, act: bargain },
  { name: 'looks around', everyMinutes: 8, act: lookAround },
  { name: 'makes a mistake', everyMinutes: 60, act: blunder },
  { name: 'withdraws an offer', everyMinutes: 240, act: withdrawAnOffer },
  { name: 'walks away from a negotiation', everyMinutes: 480, act: walkAway },
  { name: 'signs out', everyMinutes: 4000, act: ({ member }) => member.signOut() },
]
