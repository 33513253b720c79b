/** Ends of names that promtool takes for units, but for no base units. */
export const badUnits: readonly string[] = [
  ...['s', 'ms', 'us', 'ns', 'sec', 'm', 'h', 'd', 'b', 'kb', 'mb', 'gb', 'tb', 'pb', '_b'],
  ...['minutes', 'hours', 'days', 'weeks', 'bits', 'inches', 'miles', 'ounces', 'calories'],
  ...['fahrenheit', 'rankine', 'kelvins', 'picoseconds', 'milliseconds', 'decaseconds'],
  ...['terabytes', 'gibibytes', 'mibibytes', 'pebibytes', 'megabits', 'kilojoules', 'kilograms'],
  ...['millimeters', 'centimeters', 'hectometres', 'millivolts', 'deciamperes', 'millikelvin'],
]
