import { describe, expect, it } from 'vitest'
import { fill } from '../../src/docs/markers.ts'

const page = (part = '') =>
  `# Page\n\n<!-- generated: one -->\n${part}<!-- end -->\n\nWritten by hand.\n`

describe('generated parts', () => {
  it('replace what stands between the marks and nothing else', () => {
    const filled = fill('docs/x.md', page('old\n'), { one: 'new' })
    expect(filled).toBe(page('\nnew\n\n'))
  })

  it('do not change when they are filled again', () => {
    const once = fill('docs/x.md', page(), { one: 'new' })
    expect(fill('docs/x.md', once, { one: 'new' })).toBe(once)
  })

  it('name page, part and choices when the part does not exist', () => {
    expect(() => fill('docs/x.md', page(), { two: '', three: '' })).toThrow(
      'docs/x.md asks for the part "one", which does not exist: use one of two, three.',
    )
  })

  it('name the page whose part has no end', () => {
    expect(() => fill('docs/x.md', '<!-- generated: one -->\nold\n', { one: 'new' })).toThrow(
      'docs/x.md: the part "one" has no <!-- end -->',
    )
  })
})
