import { type Logger, LogLevel } from '@slack/bolt'

/** For Slack's own libraries, where a test does not look at what they say. */
export const SILENT: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.ERROR,
  setName: () => {},
}
