import { withoutControls } from './card/controls.ts'

/** Tells whoever started the process, on a line of its own. */
export const say = (line: string): void => void process.stdout.write(`${withoutControls(line)}\n`)

/** Tells them of trouble. */
export const warn = (line: string): void => void process.stderr.write(`${withoutControls(line)}\n`)

/** A line in which no secret stands, whoever wrote it. */
export const withoutSecrets = (line: string, secrets: string[]): string =>
  secrets.reduce((words, secret) => words.replaceAll(secret, '[secret]'), line)
