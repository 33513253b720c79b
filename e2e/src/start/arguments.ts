import { parseArgs } from 'node:util'
import { UserError } from '@verifluence/testkit'

/** The arguments of `npm start --`. */
export type StartArguments = {
  readonly once: boolean
  /** Whether Grafana is downloaded where none is on PATH. */
  readonly grafana: boolean
  readonly help: boolean
}

/** @throws UserError for an argument that does not exist. */
export function readArguments(args: readonly string[]): StartArguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        once: { type: 'boolean', default: false },
        grafana: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    return values
  } catch {
    throw new UserError(
      `npm start does not know ${args.join(' ')}: it takes --once (prove the path to Telegram and end), --grafana (run the Grafana of the cluster too) and --help.`,
    )
  }
}
