import type { Part, PartEvents, PartSpec } from '@verifluence/testkit'
import { createPart } from '@verifluence/testkit'

/** The parts of one stack, ended together in the opposite order of their start. */
export type Crew = ReturnType<typeof createCrew>

/** @param onReady told of each part when it has become healthy for the first time. */
export function createCrew(events: PartEvents, onReady: (part: Part) => void) {
  const groups: Part[][] = []
  return {
    /** Starts parts that do not wait for each other; resolves when all are healthy. */
    start: async <Name extends string>(
      specs: Readonly<Record<Name, PartSpec>>,
    ): Promise<Record<Name, Part>> => {
      const named = Object.entries<PartSpec>(specs).map(
        ([name, spec]) => [name, createPart(spec, events)] as const,
      )
      groups.unshift(named.map(([, part]) => part))
      await Promise.all(
        named.map(async ([, part]) => {
          await part.start()
          onReady(part)
        }),
      )
      return Object.fromEntries(named) as Record<Name, Part>
    },
    stop: async (): Promise<void> => {
      for (const group of groups) await Promise.all(group.map((part) => part.stop()))
    },
    kill: async (): Promise<void> => {
      await Promise.all(groups.flat().map((part) => part.kill()))
    },
  }
}
