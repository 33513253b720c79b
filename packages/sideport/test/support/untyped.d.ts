// Neither ships types for the version that is tested.
declare module 'express4' {
  export { default } from 'express'
}
declare module 'koa-mount' {
  import type { Middleware } from 'koa'
  export default function mount(prefix: string, app: unknown): Middleware
}
