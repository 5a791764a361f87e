import type { Brief } from './brief.ts'
import type { Collection } from './collection.ts'
import { keyOf } from './library.ts'
import { type Problem, toProblems } from './problem.ts'
import type { Shelf } from './shelf.ts'
import { compare, suggest } from './similar.ts'

/** All problems of all files, in the order of their paths, with those that can only be seen across files. */
export function problemsOf(shelf: Shelf, collections: Map<string, Collection>): Problem[] {
  const problems = [
    ...shelf.strays.values(),
    ...[shelf.settings, shelf.records, shelf.briefs].flatMap(entries =>
      [...entries.values()].flatMap(entry => entry.problems),
    ),
    ...missingSettings(shelf),
    ...[...collections.values()].flatMap(collection => crossWarnings(shelf, collection)),
  ]
  return problems.toSorted((a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column)
}

function missingSettings(shelf: Shelf): Problem[] {
  const folders = new Set([...shelf.briefs.keys()].map(folderOf))
  const missing = [...folders].map(folder => `${folder}/collection.yaml`).filter(path => !shelf.settings.has(path))
  const message =
    'Missing: without it the folder is no collection. Write at least `description: What the command tells`.'
  return missing.map(file => ({ file, line: 1, column: 1, message, severity: 'error' }))
}

/** What can only be seen across briefs. It takes no brief out of use. */
function crossWarnings(shelf: Shelf, collection: Collection): Problem[] {
  const warn = (brief: Brief, words: string, message: string): Problem[] => {
    const path = `${collection.name}/${brief.name}.md`
    const text = shelf.briefs.get(path)?.text ?? ''
    return toProblems(path, text, [{ at: Math.max(0, text.indexOf(words)), message, severity: 'warning' }])
  }
  const missing = [...collection.briefs.values()].flatMap(brief =>
    brief.matter.related
      .filter(name => !shelf.briefs.has(`${collection.name}/${name}.md`))
      .flatMap(name =>
        warn(
          brief,
          name,
          `There is no brief "${name}" to be related to. ${suggest(name, [...collection.briefs.keys()])}`,
        ),
      ),
  )
  const shared = [...collection.byKey].flatMap(([key, briefs]) =>
    briefs.slice(1).flatMap(brief => {
      const words =
        [brief.matter.title, ...brief.matter.aliases].find(name => keyOf(name, collection.spellings) === key) ??
        brief.name
      return warn(
        brief,
        words,
        `"${words}" also names the brief "${briefs[0]?.name}": readers who ask for it get a choice. Name one of them otherwise.`,
      )
    }),
  )
  return [...missing, ...shared]
}

const folderOf = (path: string): string => path.slice(0, path.indexOf('/'))
