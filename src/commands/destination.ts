import { A_DESTINATION, destinationFault, parseDestination } from '../digest/destination.ts'
import type { Destination } from '../platform/platform.ts'
import { CommandError, MISUSED } from './command-error.ts'

/**
 * A destination that was written on the command line.
 * @throws CommandError where no platform has it
 */
export function readDestination(text: string): Destination {
  const fault = destinationFault(text)
  const destination = parseDestination(text)
  if (destination && fault === undefined) return destination
  throw new CommandError(`Expected ${fault ?? A_DESTINATION}, got "${text}".`, MISUSED)
}
