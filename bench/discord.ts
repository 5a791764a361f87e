import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measureCompletion } from './measure-completion.ts'
import { measureResident } from './measure-resident.ts'
import type { Measurement } from './table.ts'

/** Completions on Discord's gateway over 10,000 briefs, and the memory of the bot that runs on Discord and Slack, with the shipped briefs. */
export async function benchDiscord(): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'readout-bench-'))
  try {
    return [...(await measureCompletion(folder)), ...(await measureResident())]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
