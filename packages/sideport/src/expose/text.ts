/** The text of a sample's value: the shortest digits that read back as the same number. */
export function sampleValue(value: number): string {
  if (Number.isFinite(value)) return String(value)
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
}

/**
 * A number as OpenMetrics wants it in `le` and `quantile`: as Go prints it, with `.0` where nothing
 * else says that it is a float, so that every exposer names a bucket alike.
 * https://prometheus.io/docs/specs/om/open_metrics_spec/#considerations-canonical-numbers
 */
export function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) return sampleValue(value)
  const [mantissa, power] = value.toExponential().split('e') as [string, string]
  const exponent = Number(power)
  if (exponent >= -4 && exponent < 6) return Number.isInteger(value) ? `${value}.0` : `${value}`
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '"': '\\"' }
const escapeWith = (pattern: RegExp) => (text: string) =>
  pattern.test(text) ? text.replaceAll(pattern, (character) => escapes[character] ?? '') : text

/** A label value as it stands between its quotes. */
export const labelValue = escapeWith(/[\\\n"]/g)

/** A HELP text; quotes stay as they are in text 0.0.4 and are escaped in OpenMetrics. */
export const textHelp = escapeWith(/[\\\n]/g)
