/** What a file of the library's folder is. */
type FileKind =
  | { kind: 'settings' | 'record' | 'brief'; collection: string; name: string }
  | { kind: 'stray'; message: string }
  | { kind: 'ignored' }

const EDITORS_FILES = /^\.|~$|^#.*#$|\.(?:swp|swx|tmp|temp|bak|orig|rej|part)$|^4913$/i

/** What a file is, by its path. Dot files, README.md and editors' temporary files are nothing of ours. */
export function kindOfFile(path: string): FileKind {
  const steps = path.split('/')
  const file = steps.at(-1) as string
  if (steps.some(step => EDITORS_FILES.test(step)) || /^readme\.md$/i.test(file)) return { kind: 'ignored' }
  const [collection = '', folder] = steps
  const right = file.replace(/\.(?:md|markdown)$/i, '.md').replace(/\.ya?ml$/i, '.yaml')
  if (file !== right) return { kind: 'stray', message: `Rename the file to ${right}.` }
  if (steps.length === 1) {
    return file.endsWith('.md')
      ? {
          kind: 'stray',
          message: 'A brief stands in the folder of its collection, such as nato/vilnius.md. Move it there.',
        }
      : { kind: 'ignored' }
  }
  const name = file.replace(/\.(?:md|yaml)$/, '')
  if (steps.length === 2 && file === 'collection.yaml') return { kind: 'settings', collection, name }
  if (steps.length === 2 && file.endsWith('.md')) return { kind: 'brief', collection, name }
  if (steps.length === 3 && folder === 'sources' && file.endsWith('.yaml')) return { kind: 'record', collection, name }
  if (file.endsWith('.md'))
    return { kind: 'stray', message: 'A brief stands directly in the folder of its collection. Move it there.' }
  if (file.endsWith('.yaml'))
    return { kind: 'stray', message: 'A record stands in sources/ of its collection, its settings in collection.yaml.' }
  return { kind: 'ignored' }
}
