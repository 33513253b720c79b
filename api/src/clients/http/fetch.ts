/** The part of `fetch` that the clients use, so that a recorder can stand in between. */
export type Fetch = (input: string | Request, init?: RequestInit) => Promise<Response>

/** Hands out the `fetch` that records under one of a target's operations. */
export type FetchFor<Operation extends string> = (operation: Operation) => Fetch
