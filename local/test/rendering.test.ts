import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chartRelease, objectFaults } from '@verifluence/monitoring'
import { PROJECT } from '@verifluence/testkit'
import { folderOfThisTest } from '@verifluence/testkit/vitest'
import { locateChart, locateHelm, renderChart, runTool } from '@verifluence/toolchain'
import { Ajv, type ValidateFunction } from 'ajv'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse, parseDocument } from 'yaml'
import type { Manifest } from '../src/derive/manifests/parse.ts'
import { buildTree, OPERATIONS } from '../src/derive/manifests/tree.ts'
import { CHART_MONITORS } from '../src/derive/prometheus/chart-monitors.ts'
import { readRelease } from '../src/derive/release.ts'

const { release, source } = chartRelease()
const [helm, archive] = [locateHelm(), locateChart(source)]
const isHere = helm !== undefined && archive !== undefined

/** Kinds of the operator whose objects are validated against the chart's own CRDs. */
const OPERATED = ['Alertmanager', 'Probe', 'Prometheus', 'PrometheusRule', 'ServiceMonitor']

interface Crd extends Manifest {
  readonly spec: {
    readonly names: { readonly kind: string }
    readonly versions: readonly {
      readonly name: string
      readonly schema: { openAPIV3Schema: object }
    }[]
  }
}

/** Kubernetes drops keys that a schema does not name; here they are an error. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict)
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).map(([key, value]) => [key, strict(value)])
  const isOpen =
    'x-kubernetes-preserve-unknown-fields' in schema || 'additionalProperties' in schema
  const closed = 'properties' in schema && !isOpen ? { additionalProperties: false } : {}
  return { ...Object.fromEntries(entries), ...closed }
}

/** Patterns are Go's, which writes the flag for "any case" into the pattern. */
const goPattern = Object.assign(
  (pattern: string, flags: string) =>
    new RegExp(pattern.replace('(?i)', ''), pattern.includes('(?i)') ? `${flags}i` : flags),
  { code: 'goPattern' },
)

function validatorOf({ spec }: Crd): ValidateFunction {
  const ajv = new Ajv({
    strict: false,
    logger: false,
    validateFormats: false,
    code: { regExp: goPattern },
  })
  const { schema } = spec.versions[0] ?? { schema: { openAPIV3Schema: {} } }
  const { properties } = schema.openAPIV3Schema as { properties: { spec: object } }
  return ajv.compile(strict(properties.spec) as object)
}

describe.skipIf(!isHere)(
  'the release through the real chart (needs helm and CHART_ARCHIVE)',
  () => {
    let rendered: readonly Manifest[] = []
    let tree: readonly Manifest[] = []
    const validators = new Map<string, ValidateFunction>()

    beforeAll(async () => {
      const rendering = renderChart(helm ?? '', archive ?? '', release, { crds: true })
      const [text, built] = await Promise.all([rendering, buildTree(PROJECT, OPERATIONS)])
      tree = built
      // CRDs of kinds that the tree does not have are most of the text.
      const isNeeded = (document: string) =>
        !/^kind: CustomResourceDefinition$/m.test(document) ||
        OPERATED.some((kind) => document.includes(`\n    kind: ${kind}\n`))
      const objects = text
        .split(/^---$/m)
        .filter(isNeeded)
        .map((document) => parseDocument(document).toJS() as Manifest | null)
        .filter((object) => object !== null)
      rendered = objects.filter(({ kind }) => kind !== 'CustomResourceDefinition')
      for (const crd of objects.filter(({ kind }) => kind === 'CustomResourceDefinition') as Crd[])
        if (OPERATED.includes(crd.spec.names.kind))
          validators.set(crd.spec.names.kind, validatorOf(crd))
    }, 60_000)

    const find = (kind: string, name: string) =>
      rendered.find((object) => object.kind === kind && object.metadata.name === name)

    test("the operator's CRDs accept every object of the tree and of the chart, without an unknown key", () => {
      const objects = [...tree, ...rendered].filter(({ kind }) => validators.has(kind))
      const faults = objects.flatMap(({ kind, metadata, spec }) => {
        const validate = validators.get(kind)
        if (validate?.(spec)) return []
        return [`${kind} ${metadata.name}: ${JSON.stringify(validate?.errors?.[0])}`]
      })
      expect(faults).toEqual([])
      expect(objects.length).toBeGreaterThan(40)
    })

    test('the CRDs refuse a misspelt key and a value of the wrong type', () => {
      const spec = (change: object) => ({
        endpoints: [{ port: 'metrics', ...change }],
        selector: {},
      })
      expect(validators.get('ServiceMonitor')?.(spec({}))).toBe(true)
      expect(validators.get('ServiceMonitor')?.(spec({ honourLabels: true }))).toBe(false)
      expect(validators.get('ServiceMonitor')?.(spec({ interval: 30 }))).toBe(false)
    })

    test('Kubernetes accepts what the chart makes of our values', () => {
      const checked = rendered.flatMap((object) => {
        const faults = objectFaults(object)
        return faults === undefined
          ? []
          : [{ name: `${object.kind} ${object.metadata.name}`, faults }]
      })
      expect(checked.filter(({ faults }) => faults.length > 0)).toEqual([])
      expect(checked.length).toBeGreaterThan(30)
    })

    test('Alertmanager accepts its configuration, and this machine derives the same', async () => {
      const secret = find('Secret', 'alertmanager-k8s-alertmanager')
      const data = secret?.data as Readonly<Record<string, string>>
      const config = Buffer.from(data['alertmanager.yaml'] ?? '', 'base64').toString()
      const file = join(folderOfThisTest(), 'alertmanager.yaml')
      writeFileSync(file, config)
      const { code, stdout, stderr } = await runTool('amtool', ['check-config', file])
      expect(code, stdout + stderr).toBe(0)
      expect(readRelease(tree).alertmanager.config).toEqual(parse(config))
    })

    test('Prometheus accepts every rule of the tree and of the chart', async () => {
      const rules = [...tree, ...rendered].filter(({ kind }) => kind === 'PrometheusRule')
      const folder = folderOfThisTest()
      const files = rules.map(({ metadata, spec }) => {
        const file = join(folder, `${metadata.name}.json`)
        writeFileSync(file, JSON.stringify(spec))
        return file
      })
      const { code, stdout, stderr } = await runTool('promtool', ['check', 'rules', ...files])
      expect(code, stdout + stderr).toBe(0)
      expect(files.length).toBeGreaterThan(30)
    })

    test('this machine monitors Prometheus and Alertmanager by the Services that the chart has', () => {
      for (const ours of CHART_MONITORS) {
        const theirs = find(ours.kind, ours.metadata.name)
        const { selector, ports, endpoints } = ours.spec as Readonly<Record<string, object[]>>
        const list = ports ? { ports } : { endpoints }
        const [[name, entries = []] = ['', []]] = Object.entries(list)
        expect(theirs?.spec).toMatchObject({ selector })
        expect(theirs?.spec).toHaveProperty(
          name,
          expect.arrayContaining(entries.map((entry) => expect.objectContaining(entry))),
        )
        if (ports) expect(theirs?.metadata.labels).toMatchObject(ours.metadata.labels ?? {})
      }
    })

    test('the operator selects every rule and monitor, from every namespace', () => {
      const { spec } = find('Prometheus', 'k8s-prometheus') as Manifest & {
        spec: Record<string, unknown>
      }
      for (const kind of ['rule', 'serviceMonitor', 'podMonitor', 'probe', 'scrapeConfig']) {
        expect(spec[`${kind}Selector`], kind).toEqual({})
        expect(spec[`${kind}NamespaceSelector`], kind).toEqual({})
      }
    })
  },
)
