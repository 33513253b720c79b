export { RUNS, removeRun } from './runs.ts'
export { folderOfThisTest, temporaryFolder } from './temporary-folder.ts'
