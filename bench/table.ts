/** A value of ours beside the same value of a named yardstick, measured in the same run. */
export type Measurement = {
  what: string
  unit: 'ms' | 'µs' | 'MB'
  ours: number
  yardstick: { name: string; value: number }
  /** The most that ours may be: in its unit, or as so many times the yardstick. */
  aim?: { most: number } | { times: number }
}

/** Measurements as a table for a terminal. */
export function formatTable(title: string, measurements: Measurement[]): string {
  const rows = [['what', 'ours', 'yardstick', 'ratio', 'aim', 'met', 'the yardstick is'], ...measurements.map(toRow)]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0))) ?? []
  const lines = rows.map(row => row.map((cell, column) => align(cell, column, widths[column] ?? 0)).join('  '))
  return [`\n${title}`, ...lines].join('\n')
}

/** Columns of numbers, which are set to the right. */
const NUMERIC = [1, 2, 3, 4]

const align = (cell: string, column: number, width: number): string =>
  NUMERIC.includes(column) ? cell.padStart(width) : cell.padEnd(width)

function toRow({ what, unit, ours, yardstick, aim }: Measurement): string[] {
  const ratio = ours / yardstick.value
  const cells = [what, `${rounded(ours)} ${unit}`, `${rounded(yardstick.value)} ${unit}`, `${ratio.toFixed(2)} ×`]
  if (!aim) return [...cells, '', '', yardstick.name]
  return 'most' in aim
    ? [...cells, `≤ ${aim.most} ${unit}`, ours <= aim.most ? 'yes' : 'NO', yardstick.name]
    : [...cells, `≤ ${aim.times.toFixed(2)} ×`, ratio <= aim.times ? 'yes' : 'NO', yardstick.name]
}

const rounded = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)
