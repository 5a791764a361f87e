import { A_DESTINATION, destinationFault, parseDestination } from '../digest/destination.ts'
import type { Destination } from '../platform/platform.ts'
import { CommandError, MISUSED } from './command-error.ts'

/**
 * A destination that was written on the command line; `others` could have been written in its place.
 * @throws CommandError where no platform has it
 */
export function readDestination(text: string, others: string[] = []): Destination {
  const fault = destinationFault(text)
  const destination = parseDestination(text)
  if (destination && fault === undefined) return destination
  const instead = others.length === 0 ? '' : `; or ${others.join(', ')}`
  throw new CommandError(`Expected ${fault ?? A_DESTINATION}${instead}, got "${text}".`, MISUSED)
}
