/** What a process needs of this environment, and none of its settings. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, SystemRoot, TEMP, TMPDIR, NODE_COMPILE_CACHE } = process.env
  return { PATH, HOME, SystemRoot, TEMP, TMPDIR, NODE_COMPILE_CACHE }
}
