import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFakeSlack } from '../test/fakes/slack/fake-slack.ts'
import { measureCommands } from './measure-commands.ts'
import type { Measurement } from './table.ts'

/** Commands of Slack over HTTP, with the shipped briefs. */
export async function benchSlack(): Promise<Measurement[]> {
  const slack = await createFakeSlack()
  slack.addUser({ id: 'U1' })
  slack.addChannel({ id: 'C1', isMember: true, members: ['U1'] })
  const folder = await mkdtemp(join(tmpdir(), 'readout-bench-'))
  try {
    return await measureCommands(slack, folder)
  } finally {
    await slack.close()
    await rm(folder, { recursive: true, force: true })
  }
}
