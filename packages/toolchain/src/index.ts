export { type FindOptions, findBinary } from './find.ts'
export { type Binary, originOf } from './locate.ts'
export { type RunResult, runBinary, runTool } from './run.ts'
export { TOOL_NAMES, type ToolName } from './tools.ts'
