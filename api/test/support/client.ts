/** What came back. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  /** Parsed where it is JSON, else the text. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into any body
  readonly body: any
}

/** Somebody with a browser: keeps cookies, speaks JSON. */
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

/** A client of the api at `url`, with nobody signed in. */
export function createClient(url: string, jar = { cookie: '', setCookie: '' }): Client {
  async function send(method: string, path: string, body?: unknown): Promise<Reply> {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(jar.cookie && { cookie: jar.cookie }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const [given] = response.headers.getSetCookie()
    if (given) {
      jar.setCookie = given
      jar.cookie = given.split(';')[0] ?? ''
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
