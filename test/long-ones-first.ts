import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that mostly wait for production timings: begun first, they cost no time of their own. */
const LONG = ['stack/test/once.test.ts']

const isLong = ({ moduleId }: TestSpecification) => LONG.some((file) => moduleId.endsWith(file))

/** Vitest asks for a class here. */
export class LongOnesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}
