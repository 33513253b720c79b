import { expect, it } from 'vitest'
import { staleFiles } from '../src/check/generated.ts'

it('every committed file that is generated is what its source says', async () => {
  expect(await staleFiles()).toEqual([])
})
