import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT } from '@verifluence/testkit'
import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'

const read = (path: string) => readFileSync(join(PROJECT, path), 'utf8')
const dockerfile = read('Dockerfile')
const runtimeOf = (text: string) => text.slice(text.lastIndexOf('\nFROM '))
const all = (pattern: RegExp) => [...dockerfile.matchAll(pattern)].map(([, value = '']) => value)

interface Container {
  readonly image: string
  readonly args: readonly string[]
  readonly ports: readonly { readonly containerPort: number }[]
}
interface Pod {
  readonly securityContext: { readonly runAsUser: number }
  readonly containers: readonly [Container]
}

const pods: Pod[] = ['api', 'worker']
  .flatMap((name) => parseAllDocuments(read(`operations/clusters/prod/stage/apps/${name}.yaml`)))
  .map((document) => document.toJS())
  .filter(({ kind }) => kind === 'Deployment')
  .map(({ spec }) => spec.template.spec)

test('the image and the Deployments name the same user, ports and processes', () => {
  expect(pods).toHaveLength(2)
  const [user] = all(/^USER (\d+):/gm)
  const ports = all(/^EXPOSE (.+)$/gm).flatMap((line) => line.split(' ').map(Number))
  const processes = /^ {2}([a-z |]+)\) exec node "\/app\/\$1/m.exec(read('api/entrypoint.sh'))?.[1]
  expect(pods.map(({ securityContext }) => String(securityContext.runAsUser))).toEqual([user, user])
  expect(pods.map(({ containers: [{ ports: declared }] }) => declared[0]?.containerPort)).toEqual(
    ports,
  )
  expect(pods.flatMap(({ containers: [{ args }] }) => args)).toEqual(processes?.split(' | '))
})

test('every base image is pinned by digest', () => {
  const bases = all(/^ARG \w+_IMAGE=(.+)$/gm)
  expect(bases).toHaveLength(2)
  for (const base of bases)
    expect(base).toMatch(/^docker\.io\/library\/[\w:.-]+@sha256:[\da-f]{64}$/)
  expect(all(/^FROM \$\{(\w+)\}/gm)).toEqual(all(/^ARG (\w+_IMAGE)=/gm))
})

test('what the Dockerfile copies exists, and .dockerignore admits that and nothing else', () => {
  const copied = all(/^COPY (?!--from)(.+) \S+$/gm).flatMap((line) => line.split(' '))
  const admitted = [...read('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, path = '']) => path)
  for (const path of copied) expect(existsSync(join(PROJECT, path)), path).toBe(true)
  expect(admitted.sort()).toEqual(copied.sort())
})

test('the runtime stage holds the base, the compiled code and the tools, and no package manager runs in it', () => {
  const runtime = runtimeOf(dockerfile)
  expect([...runtime.matchAll(/^COPY (.+)$/gm)].map(([, what]) => what)).toEqual([
    '--from=build /tools /',
    '--from=build /app /app',
  ])
  expect(runtime).not.toMatch(/\b(npm|apt-get|ADD)\b/)
})
