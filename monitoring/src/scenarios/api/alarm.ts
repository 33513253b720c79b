export const BURN = 'ApiErrorBudgetBurn'

/** What fires, by the labels that matter. */
export const alarm = (severity: string, window: string, surface = 'api') => ({
  env: 'stage',
  severity,
  window,
  surface,
})
