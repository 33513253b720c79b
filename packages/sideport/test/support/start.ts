import { Registry } from 'prom-client'
import { type Catalogue, createSideport, type SideportOptions } from 'sideport'
import { onTestFinished } from 'vitest'
import { scrape } from './scrape.ts'

type Options<C extends Catalogue> = Pick<SideportOptions<C, 'shop'>, 'catalogue'> &
  Partial<SideportOptions<C, 'shop'>>

/** A sideport on a real port, closed after the test. */
export async function startSideport<const C extends Catalogue>(options: Options<C>) {
  const registry = new Registry()
  const sideport = createSideport({ exporter: 'shop', registry, ...options })
  const server = await sideport.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => server.close())
  return {
    ...sideport,
    registry,
    server,
    url: server.url,
    seen: (headers?: Readonly<Record<string, string>>) => scrape(server.url, headers),
  }
}

/** The exposition without what it tells about itself. */
export const withoutSelf = (text: string) =>
  text
    .split('\n')
    .filter((line) => !line.includes('sideport_'))
    .join('\n')
