import type { Run } from './card.ts'

/** The words of runs, without any markup; a link gives its text only. */
export const runsText = (runs: Run[]): string => runs.map(runText).join('')

function runText(run: Run): string {
  switch (run.kind) {
    case 'text':
    case 'code':
      return run.text
    case 'emphasis':
    case 'strong':
    case 'link':
      return runsText(run.runs)
    default:
      return run satisfies never
  }
}

/** The runs between two places of their plain text. */
export function sliceRuns(runs: Run[], from: number, to: number): Run[] {
  const slices: Run[] = []
  let at = 0
  for (const run of runs) {
    const length = runsText([run]).length
    if (at + length > from && at < to) slices.push(sliceRun(run, Math.max(0, from - at), Math.min(length, to - at)))
    at += length
  }
  return slices
}

function sliceRun(run: Run, from: number, to: number): Run {
  return 'text' in run ? { ...run, text: run.text.slice(from, to) } : { ...run, runs: sliceRuns(run.runs, from, to) }
}

/** Takes the white space from both ends. */
export function trimRuns(runs: Run[]): Run[] {
  const text = runsText(runs)
  const start = text.length - text.trimStart().length
  return text.trim() === '' ? [] : sliceRuns(runs, start, text.trimEnd().length)
}
