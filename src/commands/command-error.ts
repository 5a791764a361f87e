/** Problems were found, or what was asked for was refused. */
export const FOUND = 1

/** The command was used wrongly, or a setting is wrong. */
export const MISUSED = 2

/** Ends a command with a message for the one who gave it. */
export class CommandError extends Error {
  readonly exitCode: number
  constructor(message: string, exitCode: number) {
    super(message)
    this.exitCode = exitCode
  }
}
