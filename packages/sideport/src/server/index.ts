export { metricsHandler } from './handler.ts'
export { type ListenOptions, listen, type MetricsServer } from './listen.ts'
export { answerScrape, type ScrapeAnswer, type ScrapeHeaders } from './scrape.ts'
