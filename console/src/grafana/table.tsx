import { useState } from 'preact/hooks'
import { configOf, display, type FieldConfig } from './fields.ts'
import { type Field, type Frame, sorted } from './frames.ts'
import { list, text } from './json.ts'
import type { Panel } from './model.ts'
import { spanOf } from './series.ts'
import { shareOf } from './single.tsx'
import { cssColor, format, tokenOf } from './values.ts'

/** More rows than this are cut off, which the table says. */
const MOST_ROWS = 500

interface Column {
  readonly field: Field
  readonly title: string
  readonly config: FieldConfig
}

/** The columns that a table shows, with what the JSON says about each. */
export function columnsOf(panel: Panel, { refId, fields }: Frame): Column[] {
  return fields
    .map((field) => {
      const config = configOf(panel, { name: field.name, refId, type: field.type })
      return { field, config, title: config.displayName ?? field.name }
    })
    .filter(({ config }) => !config.isHidden)
}

function cellOf({ field, config }: Column, row: number) {
  const value = field.values[row] ?? null
  const unit = field.type === 'time' ? 'dateTimeAsIso' : config.unit
  const numbers = field.type === 'number' ? (field.values as readonly (number | null)[]) : []
  const span = { ...spanOf([numbers]), ...(config.min !== undefined && { min: config.min }) }
  const limits = config.max === undefined ? span : { ...span, max: config.max }
  if (field.type === 'time' && typeof value === 'number')
    return { text: format(value, unit), color: undefined, share: undefined }
  const { text, color } = display(value, config, limits)
  const isBar = config.cell.includes('gauge') || config.cell === 'basic'
  return {
    text,
    color: config.cell === 'auto' || color === undefined ? undefined : cssColor(tokenOf(color)),
    share: isBar ? shareOf(value as number, limits) : undefined,
  }
}

/** Rows and columns; a click on a heading sorts. */
export function Table({
  panel,
  frames,
}: {
  readonly panel: Panel
  readonly frames: readonly Frame[]
}) {
  const [initial] = list(panel.options.sortBy)
  const [order, setOrder] = useState({
    title: text(initial?.displayName),
    isDescending: initial?.desc === true,
  })
  const [chosen, setChosen] = useState(0)
  const frame = frames[chosen] ?? frames[0]
  if (!frame || (frame.fields[0]?.values.length ?? 0) === 0)
    return <p class="gf-none">{panel.config.noValue ?? 'No data in this time.'}</p>
  const columns = columnsOf(panel, frame)
  const by = columns.find(({ title }) => title === order.title)
  const shown = by ? columnsOf(panel, sorted(frame, by.field.name, order.isDescending)) : columns
  const count = frame.fields[0]?.values.length ?? 0
  return (
    <>
      {frames.length > 1 && (
        <select
          class="gf-frames"
          aria-label={`Series of ${panel.title}`}
          value={String(chosen)}
          onChange={({ currentTarget }) => setChosen(Number(currentTarget.value))}
        >
          {frames.map((one, index) => (
            <option key={index} value={String(index)}>
              {one.fields.find(({ type }) => type === 'number')?.name ?? one.refId}
            </option>
          ))}
        </select>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard. */}
      <section class="gf-table" tabIndex={0} aria-label={`Table of ${panel.title}`}>
        <table>
          {panel.options.showHeader !== false && (
            <thead>
              <tr>
                {shown.map(({ title, config, field }) => {
                  const isSorted = title === order.title
                  const direction = order.isDescending ? 'descending' : 'ascending'
                  return (
                    <th
                      key={title}
                      class={alignOf(config, field)}
                      aria-sort={isSorted ? direction : undefined}
                      style={config.width === undefined ? {} : { width: `${config.width}px` }}
                    >
                      <button
                        type="button"
                        onClick={() =>
                          setOrder({ title, isDescending: isSorted && !order.isDescending })
                        }
                      >
                        {title}
                      </button>
                    </th>
                  )
                })}
              </tr>
            </thead>
          )}
          <tbody>
            {Array.from({ length: Math.min(count, MOST_ROWS) }, (_, row) => (
              <tr key={row}>
                {shown.map((column) => {
                  const { text, color, share } = cellOf(column, row)
                  const isFilled = color !== undefined && column.config.cell.includes('background')
                  return (
                    <td
                      key={column.title}
                      class={`${alignOf(column.config, column.field)}${isFilled ? ' filled' : ''}`}
                      style={
                        isFilled ? { '--fill': color } : { color: share === undefined ? color : '' }
                      }
                    >
                      {share !== undefined && (
                        <i>
                          <s style={{ width: `${(100 * share).toFixed(1)}%`, background: color }} />
                        </i>
                      )}
                      {text}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
        {count > MOST_ROWS && <p class="gf-cut">{count - MOST_ROWS} more rows</p>}
      </section>
    </>
  )
}

const alignOf = ({ align }: FieldConfig, { type }: Field): string => {
  if (align === 'left' || align === 'right' || align === 'center') return align
  return type === 'number' ? 'right' : 'left'
}
