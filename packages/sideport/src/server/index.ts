export { type ListenOptions, listen, type MetricsServer, metricsHandler } from './listen.ts'
export { answerScrape, type ScrapeAnswer, type ScrapeHeaders } from './scrape.ts'
