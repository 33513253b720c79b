import { expect, it } from 'vitest'
import { subjectFault } from '../src/check/commits.ts'

it.each([
  'alerts: keep ProcessRestarting firing through back-off',
  'kit: embed the help text of each family',
  `api: ${'x'.repeat(67)}`,
])('accepts "%s"', (subject) => expect(subjectFault(subject)).toBeUndefined())

it.each([
  [`api: ${'x'.repeat(68)}`, 'has 73 characters, 72 are allowed'],
  ['A crash loop rings once', 'has no scope'],
  ['alerts: added a test', 'starts with "added" instead of an imperative'],
  ['alerts: adding a test', 'starts with "adding" instead of an imperative'],
  ['alerts: add a test.', 'ends with a full stop'],
])('refuses "%s"', (subject, fault) => expect(subjectFault(subject)).toContain(fault))
