/** A whole HTTP answer as data. Without `json`, `text` and `bytes` the body is empty. */
export type Answer = {
  readonly status: number
  readonly json?: unknown
  readonly text?: string
  readonly bytes?: Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

/** The body of an answer as it goes over the wire. */
export function bodyOf({ json, text, bytes }: Answer): Uint8Array {
  if (bytes !== undefined) return bytes
  return Buffer.from(json === undefined ? (text ?? '') : JSON.stringify(json))
}

/** The headers of an answer; data is `application/json` unless the answer says otherwise. */
export function headersOf({ json, headers }: Answer): Record<string, string> {
  return { ...(json !== undefined && { 'content-type': 'application/json' }), ...headers }
}

/** Turns an {@link Answer} into the response that goes over the wire. */
export function toResponse(answer: Answer): Response {
  const body = bodyOf(answer)
  return new Response(body.length === 0 ? null : Buffer.from(body), {
    status: answer.status,
    headers: headersOf(answer),
  })
}
