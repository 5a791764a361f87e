/** A value of ours beside the same value of a named yardstick, measured in the same run. */
export type Measurement = {
  what: string
  unit: 's' | 'ms' | 'µs' | 'MB' | '/s' | ''
  ours: number
  yardstick?: { name: string; value: number }
  /** The most or the least that ours may be in its unit, or the most as so many times the yardstick. */
  aim?: { most: number } | { least: number } | { times: number }
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
  const ratio = yardstick && yardstick.value !== 0 ? ours / yardstick.value : Number.NaN
  const beside = yardstick
    ? [withUnit(yardstick.value, unit), Number.isNaN(ratio) ? '' : `${ratio.toFixed(2)} ×`]
    : ['', '']
  return [what, withUnit(ours, unit), ...beside, ...judge(ours, ratio, unit, aim), yardstick?.name ?? '']
}

function judge(ours: number, ratio: number, unit: string, aim: Measurement['aim']): [aim: string, met: string] {
  if (!aim) return ['', '']
  if ('most' in aim) return [`≤ ${aim.most} ${unit}`.trimEnd(), ours <= aim.most ? 'yes' : 'NO']
  if ('least' in aim) return [`≥ ${aim.least} ${unit}`, ours >= aim.least ? 'yes' : 'NO']
  return [`≤ ${aim.times.toFixed(2)} ×`, ratio <= aim.times ? 'yes' : 'NO']
}

const withUnit = (value: number, unit: string): string => `${rounded(value)} ${unit}`.trimEnd()

const rounded = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)
