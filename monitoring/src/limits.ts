import type { catalogue } from '@verifluence/api/catalogue'

const MINUTE = 60
const HOUR = 60 * MINUTE

/**
 * Every threshold that is no property of a job. A number lives here once; rules, the lines drawn in
 * dashboards, docs and rule tests take it from here. Seconds, unless the name says otherwise.
 */
export const limits = {
  /**
   * A process that no scrape has reached for this long is down. A rolling deploy leaves no gap; a pod that
   * is started again stays below. More would be late: Prometheus takes two scrapes to let go of a target
   * that its configuration no longer names.
   */
  downFor: 90,

  /**
   * It counts as back when it has answered for this long. In a crash loop it comes up for a minute between
   * the waits of the kubelet, which scrapes and rules see for a minute and a half: that is one trouble and
   * must not ring anew each time.
   */
  downCalm: 2 * MINUTE,

  /**
   * What hovers about its threshold is one trouble, not many: such an alert goes on until it has been calm
   * for this long, so that "over" is said once and is true.
   */
  calm: 10 * MINUTE,

  /**
   * More restarts than this within the window is a crash loop; a deploy and its rollback are two. The kubelet
   * waits longer before each, up to five minutes: then a longer window still sees them.
   */
  restarts: {
    atMost: 2,
    window: 15 * MINUTE,
    backingOff: { atMost: 3, window: 30 * MINUTE },
    for: 5 * MINUTE,
  },

  /** Job series that a running worker has not exported for this long count as broken. */
  seriesMissing: 10 * MINUTE,

  /**
   * Share of calls to an outside operation answered 401. A hiccup of two minutes that three runs meet, each
   * with its retry, is six of eight; where the window shows four runs only it is six of seven, and a lost
   * scrape keeps it there for a minute.
   */
  unauthorized: { share: 0.8, window: 5 * MINUTE, for: 2 * MINUTE },
  /**
   * Hourly callers ask once an hour, so their verdict must last until they ask again; but no longer than
   * needed, as the success of an hour ago must leave the window before the first 401 is ten minutes old. One
   * early death and its retry are 0.5.
   */
  unauthorizedHourly: { share: 0.6, window: 65 * MINUTE },

  /** Share of failed calls. A hiccup of two minutes reaches two thirds of the window at worst. */
  failing: { share: 0.75, window: 10 * MINUTE, for: 3 * MINUTE },

  /**
   * Rejected deliveries within the window; stray ones stay below. Where nothing else arrives the window is
   * longer, as few deliveries may be all there are.
   */
  rejected: { atMost: 2, window: 5 * MINUTE, alone: 10 * MINUTE, for: MINUTE },

  /** Nothing arrived for this long although somebody streams, or did within `live`. */
  webhookSilence: { after: 15 * MINUTE, live: 10 * MINUTE, for: 10 * MINUTE },

  /** A stored delivery waits this long; the retries of a failing one end earlier. */
  backlog: { after: 5 * MINUTE, for: MINUTE },

  /** Failed attempts within the window; what a first retry mends stays below. */
  processing: { failures: 5, window: 10 * MINUTE, for: MINUTE },

  /** Kick hangs up after about a second; half of it is the last calm moment. */
  acknowledge: { quantile: 0.99, slowerThan: 0.5, window: 5 * MINUTE, for: 7 * MINUTE },

  /**
   * Slower than this is felt. An edge of the histogram, as a threshold must be. A single slow request is a
   * hundredth of a busy window and the whole of a quiet one: up to `atMost` are let pass `within` a time so
   * long that chance does not thin them out.
   */
  apiSlow: {
    quantile: 0.99,
    slowerThan: 1,
    window: 5 * MINUTE,
    atMost: 4,
    within: 15 * MINUTE,
    for: 10 * MINUTE,
  },

  /** The domain tick runs every 30 s; four missed ones and a bridge of two lost scrapes. */
  domainStale: { after: 150, for: 30 },

  /** The longest pause of the event loop in every half minute. */
  eventLoop: { blockedFor: 0.5, for: 5 * MINUTE },

  /** How long a person may let something lie, by table. */
  waiting: {
    offers: 48 * HOUR,
    session_submissions: 24 * HOUR,
  } satisfies Record<
    (typeof catalogue.domainOldestPending.labels)[0]['known'][number]['table'],
    number
  >,

  /** Given-up notifications within the window. Each took a minute of retries; one may be a blip. */
  notification: { atMost: 1, window: 5 * MINUTE, for: 3 * MINUTE },
} as const

/** The objective of the API: this share of requests is answered without a server error. */
export const objective = { availability: 0.995, periodDays: 30 } as const
