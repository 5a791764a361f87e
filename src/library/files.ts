import { readdir, readFile, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { kindOfFile } from './file-kind.ts'
import type { FileChange } from './shelf.ts'

/** A brief or record of more than this is a mistake: a thousand pages of text, or no text at all. */
const MOST_BYTES = 1_048_576

/** The paths of all files below a folder that are something of ours, with `/`, in order; none where there is no folder. */
export async function listFiles(root: string): Promise<string[]> {
  const found = await readdir(root, { recursive: true, withFileTypes: true }).catch(ignoreMissing)
  const paths = (found ?? [])
    .filter(entry => entry.isFile() || entry.isSymbolicLink())
    .map(entry => join(entry.parentPath, entry.name))
  return paths
    .map(path => relativePath(root, path))
    .filter(path => kindOfFile(path).kind !== 'ignored')
    .sort()
}

export const relativePath = (root: string, path: string): string =>
  path.slice(join(root, sep).length).split(sep).join('/')

/** Reads a file of the library as it is now. */
export async function readChange(root: string, path: string): Promise<FileChange> {
  try {
    const found = await stat(join(root, path))
    if (found.isDirectory()) return { path }
    if (!found.isFile())
      return { path, fault: { at: 0, message: 'This is no regular file. Put a text file in its place.' } }
    return found.size > MOST_BYTES ? tooLarge(path, found.size) : decode(path, await readFile(join(root, path)))
  } catch (error) {
    if (isMissing(error)) return { path }
    return { path, fault: { at: 0, message: `Can't read the file: ${(error as Error).message}.` } }
  }
}

const tooLarge = (path: string, bytes: number): FileChange => ({
  path,
  fault: { at: 0, message: `The file has ${bytes} bytes, more than the ${MOST_BYTES} that are read. Split it.` },
})

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decode(path: string, bytes: Uint8Array): FileChange {
  try {
    const text = utf8.decode(bytes)
    return text.includes('\0')
      ? { path, fault: { at: 0, message: 'The file holds bytes that are no text. Save it as UTF-8.' } }
      : { path, text }
  } catch {
    return { path, fault: { at: 0, message: 'The file is not UTF-8. Save it as UTF-8.' } }
  }
}

const isMissing = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')

function ignoreMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error
}
