/** Prints which programs are used, fetching what is missing: `prometheus 3.5.3 (debian) /path`. */
import { formatError } from '@verifluence/testkit'
import { findBinary } from './find.ts'
import { TOOL_NAMES } from './tools.ts'

try {
  for (const name of TOOL_NAMES) {
    const { version, origin, path } = await findBinary(name)
    console.log([name.padEnd(13), version.padEnd(14), origin.padEnd(12), path].join(' '))
  }
} catch (error) {
  console.error(formatError(error))
  process.exitCode = 1
}
