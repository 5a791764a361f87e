import { globSync } from 'node:fs'
import { join } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'

const ROOT = join(import.meta.dirname, '..')

/** What takes longest and keeps all cores busy begins first, beside what mostly waits; the short ones then fill the end evenly. */
const FIRST = ['e2e/kill', 'platform/slack/connection', 'platform/slack/post'].map(name => `test/${name}.test.ts`)

const all = globSync('test/**/*.test.ts', { cwd: ROOT }).map(path => path.replaceAll('\\', '/'))

// Node keeps what it compiled for the hundreds of processes that the tests start:
// https://nodejs.org/docs/latest-v24.x/api/module.html#module-compile-cache
process.env.NODE_COMPILE_CACHE = join(ROOT, 'node_modules/.cache/node')

// `npm test`: all tests, two files at a time.
run({ cwd: ROOT, files: [...new Set([...FIRST, ...all.toSorted()])].map(path => join(ROOT, path)), concurrency: 2 })
  .on('test:fail', () => {
    process.exitCode = 1
  })
  .compose(spec)
  .pipe(process.stdout)
