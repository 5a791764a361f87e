import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/**
 * `npm test`: all tests, two files at a time. Node keeps what it compiled for the hundreds of processes that the tests start:
 * https://nodejs.org/docs/latest-v24.x/api/module.html#module-compile-cache
 */
const ROOT = join(import.meta.dirname, '..')

const { status } = spawnSync(process.execPath, ['--test', '--test-concurrency=2', 'test/**/*.test.ts'], {
  cwd: ROOT,
  env: { ...process.env, NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/node') },
  stdio: 'inherit',
})
process.exitCode = status ?? 1
