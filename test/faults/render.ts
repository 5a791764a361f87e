import { randomInt } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { briefCards, makeBrief } from '../fakes/random-brief.ts'
import { violationsOf } from '../fakes/violations.ts'

/** What a worker tells: how many briefs it has done since it last told, and what it found in them. */
type Report = { done: number; faults: { seed: number; violation: string }[] }

const RUNS = 100_000

/** As many briefs are given to a worker at once. */
const SHARE = 100

const PROGRESS_MS = 5000

/** So many violations are printed; one fault often shows in thousands of briefs. */
const PRINTED = 50

/**
 * Sends the views of random briefs through both renderers and prints each promise that a page breaks, with the seed of its brief:
 * `--seed N` begins with that one, `--runs N` tries so many. Gives the number of violations.
 */
export async function seekRenderFaults(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { seed: { type: 'string' }, runs: { type: 'string' } } })
  const seed = readCount('seed', values.seed) ?? randomInt(2 ** 31)
  const runs = readCount('runs', values.runs) ?? RUNS
  console.log(`${runs} random briefs from seed ${seed} on.`)
  const search = createSearch(seed, runs)
  const workers = Array.from({ length: Math.min(availableParallelism(), Math.ceil(runs / SHARE)) }, () => search.work())
  const progress = setInterval(() => console.log(search.progress()), PROGRESS_MS)
  try {
    await Promise.all(workers)
  } finally {
    clearInterval(progress)
  }
  console.log(search.progress())
  return search.found()
}

function readCount(name: string, value: string | undefined): number | undefined {
  if (value === undefined || /^\d{1,10}$/.test(value)) return value === undefined ? undefined : Number(value)
  throw new Error(`Expected --${name} to be a number such as 1000, got "${value}".`)
}

/** The seeds that are still to try, shared among workers, and what came of the others. */
function createSearch(seed: number, runs: number) {
  const started = performance.now()
  let next = 0
  let done = 0
  let found = 0
  const take = (report: Report): void => {
    done += report.done
    for (const { seed, violation } of report.faults) {
      found++
      if (found <= PRINTED) console.log(`Seed ${seed}: ${violation}`)
    }
  }
  const share = (worker: Worker): void => {
    const count = Math.min(SHARE, runs - next)
    if (count <= 0) worker.postMessage({ seed: 0, count: 0 })
    else worker.postMessage({ seed: seed + next, count })
    next += count
  }
  return {
    found: () => found,
    progress: () => {
      const seconds = Math.round((performance.now() - started) / 1000)
      const result = found === 0 ? 'no violation' : `${found} violations`
      return `${done} of ${runs} briefs in ${seconds} s: ${result}.`
    },
    work: () =>
      new Promise<void>((resolve, reject) => {
        const worker = new Worker(new URL(import.meta.url))
        worker.on('message', (report: Report) => {
          take(report)
          share(worker)
        })
        worker.once('error', reject)
        worker.once('exit', code => (code === 0 ? resolve() : reject(new Error(`A worker ended with ${code}.`))))
        share(worker)
      }),
  }
}

function tryBriefs(seed: number, count: number): Report {
  const seeds = Array.from({ length: count }, (_, index) => seed + index)
  return { done: count, faults: seeds.flatMap(one => faultsOf(one).map(violation => ({ seed: one, violation }))) }
}

function faultsOf(seed: number): string[] {
  try {
    return briefCards(makeBrief(seed)).flatMap(violationsOf)
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)]
  }
}

if (!isMainThread)
  parentPort?.on('message', ({ seed, count }: { seed: number; count: number }) => {
    if (count === 0) parentPort?.close()
    else parentPort?.postMessage(tryBriefs(seed, count))
  })
