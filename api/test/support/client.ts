/** What came back. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  /** Parsed where it is JSON, else the text. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into any body
  readonly body: any
}

/** A browser: keeps cookies, sends JSON. */
export interface Client {
  get(path: string): Promise<Reply>
  post(path: string, body?: unknown): Promise<Reply>
  put(path: string, body?: unknown): Promise<Reply>
  delete(path: string): Promise<Reply>
  /** The cookie it was given last, attributes included. */
  readonly setCookie: string
  /** Speaks with the same cookies to another replica. */
  at(url: string): Client
}

interface Jar {
  /** `name=value`, by name. */
  readonly cookies: Map<string, string>
  setCookie: string
}

/** A client of the api at `url`, not signed in. */
export function createClient(
  url: string,
  jar: Jar = { cookies: new Map(), setCookie: '' },
): Client {
  async function send(method: string, path: string, body?: unknown): Promise<Reply> {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(jar.cookies.size > 0 && { cookie: [...jar.cookies.values()].join('; ') }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    for (const given of response.headers.getSetCookie()) {
      jar.setCookie = given
      const [cookie = ''] = given.split(';')
      jar.cookies.set(cookie.split('=')[0] ?? '', cookie)
    }
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: parsed(text) }
  }
  return {
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, body),
    put: (path, body) => send('PUT', path, body),
    delete: (path) => send('DELETE', path),
    get setCookie() {
      return jar.setCookie
    },
    at: (other) => createClient(other, jar),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
