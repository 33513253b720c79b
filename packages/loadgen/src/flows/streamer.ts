import { categories, type StreamerPerson, titles } from '../accounts/accounts.ts'
import type { Campaign, Deal, Me, Stream, Submission } from '../session.ts'
import type { Simulation } from '../simulation.ts'
import type { Side } from './both-sides.ts'
import type { Flow } from './flow.ts'
import { aboveFloors } from './operator.ts'

/** A streamer on the platform and on Kick. */
export type StreamerSide = Side & { readonly person: StreamerPerson }

const isLive = async ({ person }: StreamerSide, { fakes }: Simulation): Promise<boolean> =>
  (await fakes.channels()).some((one) => one.broadcasterUserId === person.kickUserId && one.live)

async function goLive(side: StreamerSide, simulation: Simulation): Promise<void> {
  const { random, day, fakes, say } = simulation
  if (!random.chance(day.activity()) || (await isLive(side, simulation))) return
  const { kickUserId, viewers } = side.person
  await fakes.goLive(kickUserId, {
    viewers: random.between(Math.ceil(viewers / 3), viewers),
    title: random.pick(titles) ?? titles[0],
    category: random.pick(categories) ?? categories[0],
  })
  say('goes live')
}

async function endStream(side: StreamerSide, simulation: Simulation): Promise<void> {
  if (!(await isLive(side, simulation))) return
  await simulation.fakes.endStream(side.person.kickUserId)
  simulation.say('ends the stream')
}

async function changeTitle(side: StreamerSide, simulation: Simulation): Promise<void> {
  if (!(await isLive(side, simulation))) return
  const { kickUserId: broadcasterUserId } = side.person
  await simulation.fakes.putChannel(broadcasterUserId, { title: simulation.random.pick(titles) })
  await simulation.fakes.emit({ type: 'livestream.metadata.updated', broadcasterUserId })
}

async function apply(side: StreamerSide, simulation: Simulation): Promise<void> {
  const campaign = simulation.random.pick(
    await side.member.list<Campaign>('/api/campaigns?limit=50'),
  )
  if (campaign === undefined) return
  const terms = aboveFloors(campaign.floors, simulation)
  await side.member.ask('POST', `/api/campaigns/${campaign.id}/offers`, { terms })
}

/** Hands in the newest tracked stream for an open slot, or a link when none is left. */
async function submit(side: StreamerSide, { random }: Simulation): Promise<void> {
  const { member, person } = side
  const deal = random.pick(await member.list<Deal>('/api/deals?status=active&limit=20'))
  if (deal === undefined) return
  const handedIn = await member.list<Submission>(`/api/deals/${deal.id}/submissions?limit=100`)
  const slots = Array.from({ length: deal.terms.deliveries }, (_, index) => index + 1)
  const slot = slots.find((free) =>
    handedIn.every((one) => one.slot !== free || one.status === 'rejected'),
  )
  if (slot === undefined) return
  const path = `/api/deals/${deal.id}/submissions/${slot}`
  const stream = await lastStream(side)
  const byStream = stream && (await member.ask('PUT', path, { stream_id: stream.id }))
  if (byStream?.status === 200) return
  const stream_url = `https://kick.test/${person.slug}/videos/${random.between(1, 1e6)}`
  await member.ask('PUT', path, { stream_url })
}

async function lastStream({ member }: StreamerSide): Promise<Stream | undefined> {
  const { body } = await member.ask<Me>('GET', '/api/me')
  const streams = await member.list<Stream>(`/api/streamers/${body.id}/streams?limit=5`)
  return streams.find(({ ended_at }) => ended_at !== null)
}

/** What a streamer does on the platform and on Kick. */
export const streamerFlows: readonly Flow<StreamerSide>[] = [
  { name: 'goes live', everyMinutes: 45, act: goLive },
  { name: 'ends the stream', everyMinutes: 120, rhythm: 'steady', act: endStream },
  { name: 'changes the title', everyMinutes: 60, act: changeTitle },
  { name: 'applies for a campaign', everyMinutes: 60, act: apply },
  { name: 'hands in a stream', everyMinutes: 20, act: submit },
]
