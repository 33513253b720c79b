import { z } from 'zod'
import { type Manifest, nameOf, readPart } from '../manifests/parse.ts'

const text = z.record(z.string(), z.string())

const ruleSchema = z.strictObject({
  alert: z.string().optional(),
  record: z.string().optional(),
  expr: z.union([z.string(), z.number()]),
  for: z.string().optional(),
  keep_firing_for: z.string().optional(),
  labels: text.optional(),
  annotations: text.optional(),
})

const specSchema = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      interval: z.string().optional(),
      limit: z.number().optional(),
      query_offset: z.string().optional(),
      labels: text.optional(),
      rules: z.array(ruleSchema),
    }),
  ),
})

export type RuleFile = { readonly name: string; readonly content: z.infer<typeof specSchema> }

/** The rule file the operator would mount for a PrometheusRule; a file each, as group names may repeat. */
export function ruleFile(manifest: Manifest): RuleFile {
  const { namespace = 'default', name } = manifest.metadata
  return {
    name: `${namespace}-${name}.yaml`,
    content: readPart(nameOf(manifest), specSchema, manifest.spec),
  }
}
