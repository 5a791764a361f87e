import { listFiles, readChange } from './files.ts'
import { emptyShelf, type FileChange, type Shelf, updateShelf } from './shelf.ts'

/** How many files are read at the same time. */
const AT_ONCE = 64

/** Reads a folder of collections. Problems of all files come with the library; a folder that is missing gives an empty one. */
export async function loadShelf(root: string): Promise<Shelf> {
  return updateShelf(emptyShelf(), await readChanges(root, await listFiles(root)))
}

/** Reads these files as they are now; a file that is gone gives a change without text. */
export async function readChanges(root: string, paths: string[]): Promise<FileChange[]> {
  const changes: FileChange[] = []
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    changes.push(...(await Promise.all(paths.slice(at, at + AT_ONCE).map(path => readChange(root, path)))))
  }
  return changes
}
