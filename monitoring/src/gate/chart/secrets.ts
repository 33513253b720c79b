import { nameOf, type Tree } from '../tree.ts'
import { releasesOf } from './releases.ts'

/** Fields of Alertmanager's configuration that hold a secret itself instead of a file's path. */
const INLINE = /^(bot_token|api_key|password|credentials|auth_password|bearer_token)$/
const MOUNTED = /^\/etc\/alertmanager\/secrets\/([^/]+)\/[^/]+$/

const entries = (value: unknown): [key: string, value: string][] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, child]): [string, string][] =>
        typeof child === 'string' ? [[key, child]] : entries(child),
      )

/** Alertmanager reads its secrets from files, and each must be mounted. */
export const checkChartSecrets = (tree: Tree): string[] =>
  releasesOf(tree).flatMap(({ file, object, values }) => {
    const { config, alertmanagerSpec } = values.alertmanager ?? {}
    const listed = (alertmanagerSpec?.secrets ?? []) as readonly string[]
    return entries(config).flatMap(([key, text]) => {
      if (INLINE.test(key))
        return [
          `${file}: ${nameOf(object)} holds a secret in ${key}; revoke it, put it into a Secret and name its file in ${key}_file.`,
        ]
      const [, name] = MOUNTED.exec(text) ?? []
      if (name === undefined || listed.includes(name)) return []
      return [
        `${file}: ${nameOf(object)} reads ${text}, but the Secret ${name} is not mounted; add it to secrets in monitoring/src/places.ts and generate.`,
      ]
    })
  })
