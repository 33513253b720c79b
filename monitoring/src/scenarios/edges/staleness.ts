import { catalogue } from '@verifluence/api/catalogue'
import { type Job, jobNames, jobs } from '@verifluence/api/jobs'
import { staleAlert } from '../../alerts/names.ts'
import { limits } from '../../limits.ts'
import type { Battery, Timeline } from '../scenario.ts'
import { exported, type Process, presence } from '../world.ts'
import { cutOff, type Environment, storyOf } from './environments.ts'

const END = Number.POSITIVE_INFINITY
const MISSING = limits.seriesMissing
const fullMinute = (second: number) => Math.floor(second / 60) * 60

/** What a worker exports about a job. */
const beats =
  (job: string) =>
  (
    process: Process,
    registered: (second: number) => number | undefined,
    succeeded: (second: number) => number | undefined = () => undefined,
  ): Timeline[] => [
    exported(process, catalogue.pollRegistered.name, { job }, registered),
    exported(process, catalogue.pollLastSuccess.name, { job }, succeeded),
  ]

const environments = (job: string, stale: number): Environment[] => {
  const own = beats(job)
  const neighbour = beats(jobNames.find((name) => name !== job) ?? '')
  const due = 60 + stale
  const cut = due + 300
  const late = 600
  const absent = () => undefined
  return [
    {
      env: 'a-replica-stands-by',
      timelines: (process) => [
        ...presence(process()),
        ...own(process(), () => 30, fullMinute),
        ...own(
          process({ pod: 'b' }),
          () => 30,
          () => 60,
        ),
      ],
      fires: [],
      silent: [due + 300],
    },
    {
      env: 'the-worker-is-cut-off',
      timelines: (process) => {
        const lost = cutOff(cut)
        return [
          ...presence(process(lost)),
          ...own(
            process(lost),
            () => due,
            () => 60,
          ),
        ]
      },
      fires: [due + 120, cut + 240],
      silent: [due + 60, cut + 360],
    },
    {
      env: 'never-succeeded-and-cut-off',
      timelines: (process) => {
        const lost = cutOff(cut)
        return [...presence(process(lost)), ...own(process(lost), () => 60)]
      },
      fires: [due + 120, cut + 240],
      silent: [due + 60, cut + 360],
    },
    {
      env: 'registered-twice',
      timelines: (process) => [
        ...presence(process()),
        ...own(process(), () => 60),
        ...own(process({ pod: 'b' }), () => late),
      ],
      fires: [late + stale + 120],
      silent: [late + stale + 60],
    },
    {
      env: 'succeeded-at-zero',
      timelines: (process) => [
        ...presence(process()),
        ...own(
          process(),
          () => late,
          () => 0,
        ),
      ],
      fires: [late + stale + 120],
      silent: [late + stale + 60],
    },
    {
      env: 'registered-at-zero',
      timelines: (process) => [...presence(process()), ...own(process(), () => 0)],
      fires: [MISSING + 120],
      silent: [MISSING + 60],
    },
    {
      env: 'registered-at-zero-and-just-started',
      timelines: (process) => {
        const young = { runs: [[cut, END]] } as const
        return [...presence(process(young)), ...own(process(young), () => 0)]
      },
      fires: [cut + MISSING + 120],
      silent: [cut + 300, cut + MISSING],
    },
    {
      env: 'the-registration-vanishes',
      timelines: (process) => [
        ...presence(process()),
        ...own(process(), (now) => (now < 1_200 ? 30 : undefined), fullMinute),
      ],
      fires: [1_200 + 390],
      silent: [1_200 + 300],
    },
    {
      env: 'the-neighbour-is-stale',
      timelines: (process) => [
        ...presence(process()),
        ...own(process(), () => 30, fullMinute),
        ...neighbour(
          process(),
          () => 30,
          () => 60,
        ),
      ],
      fires: [],
      silent: [due + 300],
    },
    {
      env: 'the-neighbour-never-succeeded',
      timelines: (process) => [
        ...presence(process()),
        ...own(process(), () => 30, fullMinute),
        ...neighbour(process(), () => 30),
      ],
      fires: [],
      silent: [due + 300],
    },
    {
      env: 'only-the-neighbour-is-there',
      timelines: (process) => [
        ...presence(process()),
        ...own(process(), absent),
        ...neighbour(process(), () => 30, fullMinute),
      ],
      fires: [MISSING + 120],
      silent: [MISSING + 60],
    },
    {
      env: 'missing-and-cut-off',
      timelines: (process) => presence(process(cutOff(1_200))),
      fires: [1_200 + 60],
      silent: [1_200 + 180],
    },
    {
      env: 'a-replica-is-young',
      timelines: (process) => [
        ...presence(process()),
        ...presence(process({ pod: 'b', runs: [[300, END]] })),
      ],
      fires: [300 + MISSING + 120],
      silent: [MISSING + 210],
    },
    {
      env: 'there-is-no-worker',
      timelines: (process) => presence(process({ kind: 'api' })),
      fires: [],
      silent: [MISSING + 300],
    },
  ]
}

const story = ([job, { staleAfterSeconds }]: [string, Job]): Battery =>
  storyOf(staleAlert(job), environments(job, staleAfterSeconds), { job })

export const stalenessStories: readonly Battery[] = Object.entries<Job>(jobs).map(story)
