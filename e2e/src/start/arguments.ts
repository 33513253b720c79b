import { parseArgs } from 'node:util'
import { UserError } from '@verifluence/testkit'

/** The arguments of `npm start --`. */
export type StartArguments = { readonly once: boolean; readonly help: boolean }

/** @throws UserError for an argument that does not exist. */
export function readArguments(args: readonly string[]): StartArguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        once: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    return values
  } catch {
    throw new UserError(
      `npm start does not know ${args.join(' ')}: it takes --once (prove the path to Telegram and end) and --help.`,
    )
  }
}
