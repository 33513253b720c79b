import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'

/**
 * Reads the arguments of a command, as its first step. Ends the process with 0 after printing the usage
 * for `--help`, and with 1 and one sentence for an argument that is unknown or lacks its value.
 *
 * @param usage the first line shows how to call the command
 */
export function readCommandLine<const Options extends ParseArgsOptionsConfig>(
  usage: readonly [string, ...string[]],
  options: Options,
) {
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean', short: 'h' } } })
    if ((values as { help?: boolean }).help) {
      console.log(usage.join('\n'))
      process.exit(0)
    }
    return values as ReturnType<typeof parseArgs<{ options: Options }>>['values']
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('. ')
    const [command] = usage[0].split(' [')
    console.error(
      `${reason}. Call ${usage[0]}; "${command}${usage[0].includes('-- ') ? '' : ' --'} --help" explains it.`,
    )
    process.exit(1)
  }
}
