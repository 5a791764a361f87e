import type { Brief } from './brief.ts'
import type { Collection } from './collection.ts'
import { keyOf } from './library.ts'
import { type Fault, type Problem, toProblems } from './problem.ts'
import type { Shelf } from './shelf.ts'
import { compare, suggest } from './similar.ts'

/** All problems of all files, in the order of their paths, with those that can only be seen across files. */
export function problemsOf(shelf: Shelf, collections: Map<string, Collection>): Problem[] {
  const problems = [
    ...shelf.strays.values(),
    ...[shelf.settings, shelf.records, shelf.briefs].flatMap(problemsIn),
    ...missingSettings(shelf),
    ...[...collections.values()].flatMap(collection => crossWarnings(shelf, collection)),
  ]
  return problems.toSorted((a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column)
}

/** Nearly every file has none, which is what this must be fast at. */
const problemsIn = (entries: Map<string, { problems: Problem[] }>): Problem[] =>
  [...entries.values()].filter(entry => entry.problems.length > 0).flatMap(entry => entry.problems)

function missingSettings(shelf: Shelf): Problem[] {
  const folders = new Set([...shelf.briefs.keys(), ...shelf.records.keys()].map(folderOf))
  const missing = [...folders].map(folder => `${folder}/collection.yaml`).filter(path => !shelf.settings.has(path))
  const message =
    'Missing: without it the folder is no collection. Write at least `description: What the command tells`.'
  return missing.map(file => ({ file, line: 1, column: 1, message, severity: 'error' }))
}

/** What can only be seen across briefs. It takes no brief out of use; a brief whose file is faulty now has its problems already. */
function crossWarnings(shelf: Shelf, collection: Collection): Problem[] {
  const pathOf = (brief: Brief) => `${collection.name}/${brief.name}.md`
  const isFaulty = (brief: Brief) => shelf.briefs.get(pathOf(brief))?.problems.length !== 0
  const warn = (brief: Brief, fault: Fault): Problem[] =>
    isFaulty(brief)
      ? []
      : toProblems(pathOf(brief), shelf.briefs.get(pathOf(brief))?.text ?? '', [{ ...fault, severity: 'warning' }])
  const exists = (name: string) =>
    collection.briefs.has(name) ||
    shelf.briefs.has(`${collection.name}/${name}.md`) ||
    collection.byKey.has(keyOf(name, collection.spellings))
  const missing = [...collection.briefs.values()].filter(brief => !brief.matter.related.every(exists))
  const shared = [...collection.byKey].filter(([, briefs]) => briefs.length > 1)
  return [
    ...missing.flatMap(brief => missingRelated(brief, exists, collection).flatMap(fault => warn(brief, fault))),
    ...shared.flatMap(([key, [first, ...others]]) =>
      others.flatMap(brief => warn(brief, sharedName(brief, key, first as Brief, collection))),
    ),
  ]
}

function missingRelated(brief: Brief, exists: (name: string) => boolean, { briefs }: Collection): Fault[] {
  return brief.matter.related.flatMap((name, index) => {
    if (exists(name)) return []
    const message = `There is no brief "${name}" to be related to. ${suggest(name, [...briefs.keys()])}`
    return [{ at: brief.at.related[index] as number, message }]
  })
}

function sharedName(brief: Brief, key: string, first: Brief, { spellings }: Collection): Fault {
  const { title, aliases } = brief.matter
  const names = [
    { name: title, at: brief.at.title },
    ...aliases.map((name, index) => ({ name, at: brief.at.aliases[index] as number })),
  ]
  const { name, at } = names.find(one => keyOf(one.name, spellings) === key) ?? { name: brief.name, at: 0 }
  return {
    at,
    message: `"${name}" also names the brief "${first.name}": readers who ask for it get a choice. Name one of them otherwise.`,
  }
}

const folderOf = (path: string): string => path.slice(0, path.indexOf('/'))
