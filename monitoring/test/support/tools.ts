import { runTool as find } from '@verifluence/toolchain'
import type { RunTool } from '../../src/tools.ts'

/** The programs as the local stack finds them. */
export const runTool: RunTool = find
