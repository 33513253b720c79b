import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that mostly wait for production timings, longest first: begun first, they cost least. */
const LONG = [
  'e2e/test/drill/drills.test.ts',
  'e2e/test/once.test.ts',
  'e2e/test/console.test.ts',
  'e2e/test/expressions.test.ts',
  'e2e/test/start.test.ts',
]

const rank = ({ moduleId }: TestSpecification) => LONG.findIndex((file) => moduleId.endsWith(file))

/** Vitest requires a class. */
export class LongOnesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const long = sorted
      .filter((file) => rank(file) >= 0)
      .sort((one, other) => rank(one) - rank(other))
    return [...long, ...sorted.filter((file) => rank(file) < 0)]
  }
}
