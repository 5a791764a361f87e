import type { IncomingMessage } from 'node:http'

/** A request's body; undefined where it has more than `most` bytes, and then the rest is read and thrown away. */
export async function readBody(request: IncomingMessage, most: number): Promise<Buffer | undefined> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    size += part.length
    if (size <= most) parts.push(part)
  }
  return size <= most ? Buffer.concat(parts) : undefined
}
