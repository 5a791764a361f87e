/** A fault in a file that a person wrote. `line` and `column` count from 1. A warning leaves the file in use. */
export type Problem = {
  file: string
  line: number
  column: number
  message: string
  severity: 'error' | 'warning'
}

/** A fault at a place in a text, counted in UTF-16 code units from its start. */
export type Fault = { at: number; message: string; severity?: Problem['severity'] }

export const problemText = ({ file, line, column, message, severity }: Problem): string =>
  `${file}:${line}:${column}: ${severity === 'warning' ? 'warning: ' : ''}${message}`

/** Turns places in a file's text into lines and columns, in the order of the file. */
export function toProblems(file: string, text: string, faults: Fault[]): Problem[] {
  const place = { at: 0, line: 1, column: 1 }
  return faults
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, message, severity = 'error' }): Problem => {
      const [rest = '', ...lines] = text.slice(place.at, at).split('\n')
      place.at = at
      place.line += lines.length
      place.column = lines.length === 0 ? place.column + [...rest].length : [...(lines.at(-1) as string)].length + 1
      return { file, line: place.line, column: place.column, message, severity }
    })
}
