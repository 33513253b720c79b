/** An account that signs in by e-mail. */
export type Person = { readonly name: string; readonly email: string }

/** A streamer: on the platform, on Kick and on X. */
export type StreamerPerson = Person & {
  readonly kickUserId: number
  readonly slug: string
  readonly xUsername: string
  /** Viewers in the evening. */
  readonly viewers: number
  readonly followers: number
  readonly hidesViewers: boolean
}

const streamer = (
  slug: string,
  kickUserId: number,
  viewers: number,
  followers: number,
  hidesViewers = false,
): StreamerPerson => ({
  name: slug.charAt(0).toUpperCase() + slug.slice(1),
  email: `${slug}@streamers.test`,
  kickUserId,
  slug,
  xUsername: `${slug}_live`,
  viewers,
  followers,
  hidesViewers,
})

/** The streamers of the simulation, by number of viewers. */
export const streamers: readonly StreamerPerson[] = [
  streamer('novaqueen', 700_101, 4200, 182_000),
  streamer('pixelbaron', 700_102, 1300, 54_000),
  streamer('mirakel', 700_103, 610, 21_500),
  streamer('tofuknight', 700_104, 240, 9_800),
  streamer('slowburn', 700_105, 90, 3_100, true),
  streamer('lagoonbird', 700_106, 45, 1_450),
  streamer('quietstorm', 700_107, 18, 620),
  streamer('firstlight', 700_108, 4, 75),
]

/** The brands. */
export const operators: readonly Person[] = [
  { name: 'Kettle & Crown', email: 'deals@kettlecrown.test' },
  { name: 'Northwind Audio', email: 'partners@northwindaudio.test' },
]

/** What streams are called. */
export const titles = [
  'Good evening!',
  'Road to the top, day 12',
  'Just chatting and tea',
  'Ranked until I drop',
  'Building a castle with you',
  'Speedrun practice',
] as const

/** What streams are about. */
export const categories = [
  { id: 15, name: 'Just Chatting' },
  { id: 28, name: 'Cooking' },
  { id: 51, name: 'Slots of Time' },
  { id: 9, name: 'Castle Builder' },
] as const

/** What fans write. */
export const remarks = [
  'hello from the train',
  'what a play',
  'first time here, nice stream',
  'gg [emote:1:Wave]',
  'can you show the map again?',
  'no way 😂',
  'see you tomorrow',
] as const
