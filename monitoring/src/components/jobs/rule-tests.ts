import { catalogue } from '@verifluence/api/catalogue'
import { type Job, jobNames, jobs } from '@verifluence/api/jobs'
import { cutOff, type Environment, scenarioOf } from '../../rule-testing/environments.ts'
import { exported, type Process, presence } from '../../rule-testing/platform.ts'
import {
  type Battery,
  firing,
  type Scenario,
  silent,
  type Timeline,
} from '../../rule-testing/scenario.ts'
import { limits, staleAlert } from './alerts.ts'

const WORKER: Process = { kind: 'worker' }
const REGISTERED = 30
const SUCCEEDED = 60

/** What a worker exports about a job, each instant as it stands at a moment. */
const heartbeat = (
  process: Process,
  job: string,
  { registered = () => REGISTERED, succeeded = () => undefined }: Instants,
): Timeline[] => [
  ...presence(process),
  exported(process, catalogue.pollRegistered.name, { job }, registered),
  exported(process, catalogue.pollLastSuccess.name, { job }, succeeded),
]

interface Instants {
  readonly registered?: (second: number) => number | undefined
  readonly succeeded?: (second: number) => number | undefined
}

const fullMinute = (second: number) => Math.floor(second / 60) * 60

/** The battery for one job whose alert is due `stale` seconds after the last success. */
const perJob = ([job, { staleAfterSeconds: stale, severity }]: [string, Job]): Scenario[] => {
  const alert = staleAlert(job)
  const due = SUCCEEDED + stale
  const recovered = due + 600
  const stage = { env: 'stage', job, severity }
  return [
    {
      title: `${alert} fires ${stale} s after the last success and resolves with the next one`,
      lasts: recovered + 300,
      timelines: heartbeat(WORKER, job, {
        succeeded: (now) => (now < recovered ? SUCCEEDED : recovered),
      }),
      checks: [
        silent(due, alert),
        silent(due + 60, alert),
        firing(due + 120, alert, stage),
        firing(recovered - 30, alert, stage),
        silent(recovered + 30, alert),
      ],
    },
    {
      title: `${alert} fires for a job that never succeeded, counting from its registration`,
      lasts: REGISTERED + stale + 300,
      timelines: heartbeat(WORKER, job, {}),
      checks: [
        silent(REGISTERED + stale + 60, alert),
        firing(REGISTERED + stale + 120, alert, stage),
      ],
    },
  ]
}

const JOB = 'viewer-poll'
const ALERT = staleAlert(JOB)
const STALE = jobs[JOB].staleAfterSeconds
const STAGE = { env: 'stage', job: JOB, severity: jobs[JOB].severity }
const DUE = SUCCEEDED + STALE

const robustness: readonly Scenario[] = [
  {
    title: `${ALERT} trusts the replica that succeeded last, not the one that stands by`,
    lasts: 3 * STALE,
    timelines: [
      ...heartbeat({ kind: 'worker', pod: 'worker-1' }, JOB, { succeeded: () => SUCCEEDED }),
      ...heartbeat({ kind: 'worker', pod: 'worker-2' }, JOB, { succeeded: fullMinute }),
    ],
    quiet: true,
  },
  {
    title: `${ALERT} fires once although two replicas say the same`,
    lasts: DUE + 300,
    timelines: ['worker-1', 'worker-2'].flatMap((pod) =>
      heartbeat({ kind: 'worker', pod }, JOB, { succeeded: () => SUCCEEDED }),
    ),
    checks: [firing(DUE + 150, ALERT, STAGE)],
  },
  {
    title: `${ALERT} is not put off by a restart in the middle, as the last success survives it`,
    lasts: DUE + 300,
    timelines: heartbeat(
      {
        kind: 'worker',
        runs: [
          [0, DUE - 120],
          [DUE - 60, DUE + 9_999],
        ],
      },
      JOB,
      { succeeded: () => SUCCEEDED },
    ),
    checks: [silent(DUE + 60, ALERT), firing(DUE + 120, ALERT, STAGE)],
  },
  {
    title: `${ALERT} neither starts over nor resolves when two scrapes are lost`,
    lasts: DUE + 600,
    timelines: heartbeat(
      {
        kind: 'worker',
        lost: [
          [DUE + 60, DUE + 120],
          [DUE + 240, DUE + 300],
        ],
      },
      JOB,
      {
        succeeded: () => SUCCEEDED,
      },
    ),
    checks: [120, 240, 270, 300, 330].map((after) => firing(DUE + after, ALERT, STAGE)),
  },
  ...[0, Number.NaN].map(
    (value): Scenario => ({
      title: `${ALERT} does not take ${value} for an instant and counts from the registration`,
      lasts: REGISTERED + STALE + 300,
      timelines: heartbeat(WORKER, JOB, { succeeded: () => value }),
      checks: [
        silent(REGISTERED + STALE + 60, ALERT),
        firing(REGISTERED + STALE + 120, ALERT, STAGE),
      ],
    }),
  ),
  {
    title: `${ALERT} fires when a running worker does not export the job at all`,
    lasts: limits.seriesMissing + 300,
    timelines: presence(WORKER),
    checks: [
      silent(limits.seriesMissing + 60, ALERT),
      firing(limits.seriesMissing + 120, ALERT, STAGE),
    ],
  },
  {
    title: `${ALERT} fires when honorLabels is lost and the job arrives as exported_job`,
    lasts: limits.seriesMissing + 300,
    timelines: [
      ...presence(WORKER),
      exported(WORKER, catalogue.pollRegistered.name, { exported_job: JOB }, () => REGISTERED),
      exported(WORKER, catalogue.pollLastSuccess.name, { exported_job: JOB }, fullMinute),
    ],
    checks: [firing(limits.seriesMissing + 120, ALERT, STAGE)],
  },
  {
    title: `${ALERT} tells environments apart`,
    lasts: DUE + 300,
    timelines: [
      ...heartbeat({ kind: 'worker', env: 'stage' }, JOB, { succeeded: fullMinute }),
      ...heartbeat({ kind: 'worker', env: 'production' }, JOB, { succeeded: () => SUCCEEDED }),
    ],
    checks: [firing(DUE + 150, ALERT, { ...STAGE, env: 'production' })],
  },
  {
    title: `${ALERT} stays silent without any series: that is WorkerDown's to tell`,
    lasts: 2 * STALE,
    timelines: [],
    checks: [silent(2 * STALE, ALERT)],
  },
]

export const stalenessBatteries: readonly Battery[] = [
  ...Object.entries<Job>(jobs).map((entry) => ({
    name: staleAlert(entry[0]),
    alerts: [staleAlert(entry[0])],
    scenarios: perJob(entry),
  })),
  { name: `${ALERT}, come what may`, alerts: [ALERT], scenarios: robustness },
]

const END = Number.POSITIVE_INFINITY
const MISSING = limits.seriesMissing

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
      fires: [due + 120, cut + 240, cut + 360],
      silent: [due + 60],
    },
    {
      env: 'never-succeeded-and-cut-off',
      timelines: (process) => {
        const lost = cutOff(cut)
        return [...presence(process(lost)), ...own(process(lost), () => 60)]
      },
      fires: [due + 120, cut + 240, cut + 360],
      silent: [due + 60],
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
      fires: [1_200 + 60, 1_200 + 180],
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

const scenario = ([job, { staleAfterSeconds }]: [string, Job]): Battery =>
  scenarioOf(staleAlert(job), environments(job, staleAfterSeconds), { job })

export const stalenessScenarios: readonly Battery[] = Object.entries<Job>(jobs).map(scenario)
