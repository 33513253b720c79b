/** What the simulation needs to know of the platform's answers; they hold more. */
export type Terms = Readonly<Record<Term, number>>
export type Term =
  | 'timeframe'
  | 'deliveries'
  | 'min_viewers'
  | 'min_duration'
  | 'payment_per_stream'

export type Role = 'operator' | 'streamer'
export type Campaign = { readonly id: string; readonly status: string; readonly floors: Terms }
export type Offer = { readonly id: string; readonly initiator: Role; readonly status: string }
export type TermState = {
  readonly value: number
  readonly operator_approved: boolean
  readonly streamer_approved: boolean
}
export type Negotiation = {
  readonly id: string
  readonly deal_id: string | null
  readonly terms: Readonly<Record<Term, TermState>>
}
export type Deal = { readonly id: string; readonly terms: Terms }
export type Submission = { readonly id: string; readonly slot: number; readonly status: string }
export type Stream = { readonly id: string; readonly ended_at: string | null }
export type Streamer = { readonly id: string }
export type Me = { readonly role: Role | 'newcomer'; readonly id: string | null }
export type Page<Item> = { readonly items: readonly Item[] }
