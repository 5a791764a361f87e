import { type Problem, problemText } from './problem.ts'
import type { LibraryChange } from './watch.ts'

/** What is said at a start of the problems that there are; nothing where there are none. */
export function reportProblems(problems: Problem[]): string[] {
  if (problems.length === 0) return []
  const files = new Set(problems.filter(problem => problem.severity === 'error').map(problem => problem.file)).size
  const left = files === 1 ? '1 faulty file is' : `${files} faulty files are`
  return [
    ...problems.map(problemText),
    files > 0 ? `${left} left out of the answers.` : 'Nothing is left out of the answers.',
  ]
}

/** What is said where a change could not be taken in. */
export const reportFailure = (error: Error): string =>
  `A change could not be taken in, and the answers stay as they were: ${error.message}`

/** What is said of a new snapshot; nothing where no problem came or went. */
export const reportChange = ({ appeared, recovered }: LibraryChange): string[] => [
  ...appeared.map(
    problem =>
      `${problemText(problem)}${problem.severity === 'error' ? ' The last good version stays in the answers.' : ''}`,
  ),
  ...recovered.map(file => `${file}: good again.`),
]
