import type { Panel, Row } from './model.ts'
import { ALL, type ResolvedVariable } from './template.ts'

const COLUMNS = 24

/** The values for each of which something that repeats is drawn. */
const valuesOf = (name: string, variables: readonly ResolvedVariable[]): readonly string[] => {
  const variable = variables.find((one) => one.name === name)
  if (!variable) return []
  return variable.chosen.includes(ALL) ? variable.options : variable.chosen
}

/** One panel as often as its variable has values; `rows` is by how much it grew, in cells. */
function copies(
  panel: Panel,
  variables: readonly ResolvedVariable[],
): { readonly panels: readonly Panel[]; readonly grown: number } {
  const { repeat, repeatsDown, maxPerRow, gridPos, scope } = panel
  const values = repeat === undefined ? [] : valuesOf(repeat, variables)
  if (repeat === undefined || values.length === 0) return { panels: [panel], grown: 0 }
  const across = repeatsDown ? 1 : Math.min(values.length, maxPerRow)
  const width = repeatsDown ? gridPos.w : Math.floor(COLUMNS / across)
  const panels = values.map((value, index) => ({
    ...panel,
    scope: { ...scope, [repeat]: value },
    gridPos: {
      x: repeatsDown ? gridPos.x : (index % across) * width,
      y: gridPos.y + Math.floor(index / across) * gridPos.h,
      w: width,
      h: gridPos.h,
    },
  }))
  return { panels, grown: (Math.ceil(values.length / across) - 1) * gridPos.h }
}

/** The panels of a row with their copies; what is below a panel that grew moves down. */
function repeated(panels: readonly Panel[], variables: readonly ResolvedVariable[]): Panel[] {
  const shifts: { readonly below: number; readonly by: number }[] = []
  return panels.flatMap((panel) => {
    const { y, h } = panel.gridPos
    const shift = shifts.filter(({ below }) => y >= below).reduce((sum, { by }) => sum + by, 0)
    const { panels: made, grown } = copies(panel, variables)
    if (grown > 0) shifts.push({ below: y + h, by: grown })
    return made.map((one) => ({
      ...one,
      gridPos: { ...one.gridPos, y: one.gridPos.y + shift },
    }))
  })
}

/** Rows and panels that repeat for each value of a variable, as often as it has values. */
export function repeatedRows(
  rows: readonly Row[],
  variables: readonly ResolvedVariable[],
): readonly Row[] {
  return rows.flatMap((row): Row[] => {
    const values = row.repeat === undefined ? [] : valuesOf(row.repeat, variables)
    if (row.repeat === undefined || values.length === 0)
      return [{ ...row, panels: repeated(row.panels, variables) }]
    const name = row.repeat
    return values.map((value) => {
      const scope = { [name]: value }
      const panels = row.panels.map((panel) => ({ ...panel, scope }))
      return { ...row, scope, panels: repeated(panels, variables) }
    })
  })
}

/** Variables as a copy sees them. */
export const scoped = (
  variables: readonly ResolvedVariable[],
  scope: Readonly<Record<string, string>> | undefined,
): readonly ResolvedVariable[] =>
  scope === undefined
    ? variables
    : variables.map((one) => {
        const value = Object.hasOwn(scope, one.name) ? scope[one.name] : undefined
        return value === undefined ? one : { ...one, chosen: [value] }
      })
