/** Units that promlint finds in names, by the base unit to use instead. */
const OTHER_UNITS = {
  seconds: ['minutes', 'hours', 'days', 'weeks'],
  bytes: ['bits'],
  meters: ['inches', 'yards', 'miles'],
  grams: ['pounds', 'ounces'],
  joules: ['calories'],
  celsius: ['fahrenheit', 'rankine'],
  kelvin: ['kelvins'],
} as const

const BASE_UNITS = [
  ...(Object.keys(OTHER_UNITS) as (keyof typeof OTHER_UNITS)[]),
  'amperes',
  'metres',
  'volts',
]

/** promlint spells `mebi` as `mibi`; both are found. */
const PREFIXES = [
  ...['pico', 'nano', 'micro', 'milli', 'centi', 'deci', 'deca', 'hecto'],
  ...['kilo', 'mega', 'giga', 'tera', 'peta'],
  ...['kibi', 'mebi', 'mibi', 'gibi', 'tebi', 'pebi'],
]

/** Words that promlint has nothing against, and that are no base units all the same. */
const OWN_WORDS = [
  ...['secs', 'second'].map((word) => [word, 'seconds'] as const),
  ['byte', 'bytes'] as const,
  ['percent', 'ratio'] as const,
  ['percentage', 'ratio'] as const,
]

const nonBase = Object.entries(OTHER_UNITS).flatMap(([base, units]) =>
  units.map((unit) => [unit, base] as const),
)

const prefixed = [...BASE_UNITS.map((base) => [base, base] as const), ...nonBase].flatMap(
  ([unit, base]) => PREFIXES.map((prefix) => [prefix + unit, base] as const),
)

/** Each word that is a unit, but no base unit → its base unit. */
const baseUnits: ReadonlyMap<string, string> = new Map([...nonBase, ...prefixed, ...OWN_WORDS])

const ABBREVIATIONS = new Set([
  's',
  'ms',
  'us',
  'ns',
  'sec',
  'm',
  'h',
  'd',
  'b',
  'kb',
  'mb',
  'gb',
  'tb',
  'pb',
])

/**
 * The unit in a name that should be another, as a sentence. The tables are those of promlint
 * (https://github.com/prometheus/client_golang/tree/main/prometheus/testutil/promlint/validations).
 */
export function wrongUnit(name: string): string | undefined {
  const words = name.split('_')
  const unit = words.find((word) => baseUnits.has(word))
  if (unit !== undefined) return `use the base unit ${baseUnits.get(unit)} instead of ${unit}`
  const short = words.slice(1).find((word) => ABBREVIATIONS.has(word))
  return short && `${short} reads as an abbreviated unit; use a base unit and spell it out`
}
