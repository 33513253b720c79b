import { expect, test } from 'vitest'
import { withoutElsewhere } from '../../src/derive/elsewhere.ts'
import { deployment, manifests, prometheusRule } from '../support/manifests.ts'

const inProduction = { ...deployment(), metadata: { name: 'api', namespace: 'production' } }

test('leaves out what runs in an environment elsewhere, and keeps all else as it is', () => {
  expect(withoutElsewhere([...manifests(), inProduction], ['production'])).toEqual(manifests())
})

test('leaves out the rule that watches for an environment elsewhere, which would fire here forever', () => {
  const rule = prometheusRule({ labels: { severity: 'critical', env: 'production' } })
  const [left] = withoutElsewhere([rule], ['production'])
  expect(left).toMatchObject({ spec: { groups: [{ name: 'shop', rules: [] }] } })
})
