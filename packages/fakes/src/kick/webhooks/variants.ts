import { ulid } from '../ulid.ts'
import type { Draft, Signed, Signer } from './delivery.ts'

/**
 * One way in which a delivery differs from an ordinary one: `before` it is signed (so that the
 * signature is right), `signer` for another key, `after` it is signed (so that it is not).
 */
export type Variant = {
  readonly says: string
  readonly signer?: Signer
  readonly before?: Before
  readonly after?: After
}
type Before = (draft: Draft) => readonly Draft[]
type After = (signed: Signed) => readonly Signed[]

/** Outside of the day within which receivers accept deliveries. */
const aDayAndMore = 25 * 3_600_000
const sized = (bytes: number): string => 'x'.repeat(bytes)

/** Changes fields of the body and leaves the rest of the text as it is. */
const inBody =
  (change: (body: Record<string, unknown>) => Record<string, unknown>): Before =>
  (draft) => [{ ...draft, text: JSON.stringify(change(JSON.parse(draft.text))) }]

const without =
  (...names: string[]): After =>
  (signed) => [
    {
      ...signed,
      headers: Object.fromEntries(
        Object.entries(signed.headers).filter(([name]) => !names.some((gone) => name === gone)),
      ),
    },
  ]

const withHeader =
  (name: string, value: string): After =>
  (signed) => [{ ...signed, headers: { ...signed.headers, [name]: value } }]

const shifted =
  (by: number): Before =>
  (draft) => [{ ...draft, at: draft.at + by }]

const anonymous = {
  is_anonymous: true,
  user_id: null,
  username: null,
  is_verified: null,
  profile_picture: null,
  channel_slug: null,
  identity: null,
}
const yearOne = '0001-01-01T00:00:00Z'
const onlyPresent = (body: Record<string, unknown>, changes: Record<string, unknown>) => ({
  ...body,
  ...Object.fromEntries(Object.entries(changes).filter(([name]) => name in body)),
})

/** Every odd delivery that can be asked for. */
export const variants = {
  'wrong-signature': { says: 'signed by a key that is not Kick’s', signer: 'stranger' },
  'no-signature': { says: 'without the signature header', after: without('kick-event-signature') },
  'broken-signature': {
    says: 'the signature is no base64',
    after: withHeader('kick-event-signature', '%%%'),
  },
  'altered-body': {
    says: 'one byte was added to the body after signing',
    after: (signed) => [{ ...signed, text: `${signed.text} ` }],
  },
  'altered-id': {
    says: 'the message id was changed after signing',
    after: withHeader('kick-event-message-id', '01JZZZZZZZZZZZZZZZZZZZZZZZ'),
  },
  'altered-type': {
    says: 'the type, which is not signed, was changed on the way',
    after: withHeader('kick-event-type', 'kicks.gifted'),
  },
  'no-headers': {
    says: 'without any of Kick’s headers',
    after: without(
      'kick-event-message-id',
      'kick-event-subscription-id',
      'kick-event-signature',
      'kick-event-message-timestamp',
      'kick-event-type',
      'kick-event-version',
    ),
  },
  'no-type': { says: 'without the type header', after: without('kick-event-type') },
  'bad-timestamp': {
    says: 'the timestamp is no date',
    after: withHeader('kick-event-message-timestamp', 'yesterday'),
  },
  stale: { says: 'correctly signed 25 hours ago', before: shifted(-aDayAndMore) },
  'from-the-future': { says: 'correctly signed, 25 hours ahead', before: shifted(aDayAndMore) },
  late: { says: 'correctly signed six hours ago', before: shifted(-6 * 3_600_000) },
  compressed: {
    says: 'claims to be compressed',
    after: withHeader('content-encoding', 'gzip'),
  },
  'delivered-twice': { says: 'the same message id twice', after: (signed) => [signed, signed] },
  'subscribed-twice': {
    says: 'the same event twice under different message ids',
    before: (draft) => [draft, { ...draft, messageId: ulid(draft.at) }],
  },
  'unknown-type': {
    says: 'a type that Kick may invent tomorrow',
    before: (draft) => [{ ...draft, type: 'channel.raided' }],
  },
  'version-2': { says: 'version 2', before: (draft) => [{ ...draft, version: '2' }] },
  'extra-fields': {
    says: 'unknown fields',
    before: inBody((body) => ({ ...body, brand_new: { nested: [1, null, 'x'] } })),
  },
  'null-emotes': {
    says: '`emotes` is null although the text has some',
    before: inBody((body) => onlyPresent(body, { emotes: null })),
  },
  'numeric-emote-id': {
    says: '`emote_id` is a number',
    before: inBody((body) =>
      onlyPresent(body, { emotes: [{ emote_id: 1, positions: [{ s: 4, e: 17 }] }] }),
    ),
  },
  'anonymous-gifter': {
    says: 'the giver is anonymous, with every field null',
    before: inBody((body) => onlyPresent(body, { gifter: anonymous, sender: anonymous })),
  },
  'nine-digit-fraction': {
    says: 'times with nine digits of a second',
    before: inBody((body) => onlyPresent(body, { created_at: '2026-11-22T10:00:00.123456789Z' })),
  },
  'offset-time': {
    says: 'times with an offset instead of Z',
    before: inBody((body) => onlyPresent(body, { started_at: '2026-11-22T21:00:00+11:00' })),
  },
  'year-one': {
    says: 'times in the year 1',
    before: inBody((body) =>
      onlyPresent(body, { created_at: yearOne, started_at: yearOne, redeemed_at: yearOne }),
    ),
  },
  'not-json': { says: 'the body is no JSON', before: (draft) => [{ ...draft, text: '{"half":' }] },
  'not-an-object': { says: 'the body is a list', before: (draft) => [{ ...draft, text: '[1]' }] },
  'empty-body': { says: 'there is no body', before: (draft) => [{ ...draft, text: '' }] },
  'wrong-shape': {
    says: 'the body lacks what its type promises',
    before: (draft) => [{ ...draft, text: '{"broadcaster":"unknown"}' }],
  },
  'too-large': {
    says: 'the body is larger than 1 MiB',
    before: inBody((body) => ({ ...body, padding: sized(1_100_000) })),
  },
  'by-get': {
    says: 'a scanner asks with GET',
    after: (signed) => [{ ...signed, method: 'GET', text: '' }],
  },
} as const satisfies Record<string, Variant>

export type VariantName = keyof typeof variants

/** Finds a variant by name; undefined for faults of the sender that are no variant. */
export function findVariant(name: string | undefined): Variant | undefined {
  const all: Readonly<Record<string, Variant>> = variants
  return name !== undefined && Object.hasOwn(all, name) ? all[name] : undefined
}
