import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that mostly wait for production timings, longest first: begun first, they cost least. */
const LONG = [
  'stack/test/drill/drills.test.ts',
  'stack/test/once.test.ts',
  'stack/test/expressions.test.ts',
  'stack/test/start.test.ts',
]

const rank = ({ moduleId }: TestSpecification) => LONG.findIndex((file) => moduleId.endsWith(file))

/** Vitest asks for a class here. */
export class LongOnesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const long = sorted
      .filter((file) => rank(file) >= 0)
      .sort((one, other) => rank(one) - rank(other))
    return [...long, ...sorted.filter((file) => rank(file) < 0)]
  }
}
