/**
 * A preload: the parent of the process pushes its clock, so that minutes pass at once. Nothing of the program knows of it. Time that passes
 * is shown by all clocks and fires each timer at its time; the clock on the wall may also be set by itself, as when a machine slept or was
 * given the right time. When all is at rest again, the parent is told.
 */
import { createRequire, syncBuiltinESMExports } from 'node:module'
import type { FromParent } from './stage.ts'

type Task = { dueAt: number; everyMs: number | undefined; run: () => void; timer: NodeJS.Timeout }

/** A process that waits for an answer for so long, of real time, is taken to be left without one. */
const HANGS_MS = 250

/** An answer is read within so many looks. */
const LOOKS = 4

const real = { Date, setTimeout, setInterval, clearTimeout, clearInterval, fetch, performanceNow: performance.now }
const startsAhead = Number(process.env.CLOCK_AHEAD_MS ?? 0)
delete process.env.CLOCK_AHEAD_MS

const clock = { passed: 0, set: startsAhead, inFlight: 0, hanging: 0, answers: 0, restedAt: 0 }
const tasks = new Map<NodeJS.Timeout, Task>()

const steadyNow = (): number => real.performanceNow.call(performance) + clock.passed
const wallNow = (): number => real.Date.now() + clock.passed + clock.set

function plan(ms: number, everyMs: number | undefined, run: () => void): NodeJS.Timeout {
  const fire = () => {
    const task = tasks.get(timer)
    if (!task) return
    if (everyMs === undefined) tasks.delete(timer)
    else task.dueAt = steadyNow() + everyMs
    run()
  }
  const timer = everyMs === undefined ? real.setTimeout(fire, ms) : real.setInterval(fire, everyMs)
  const task: Task = { dueAt: steadyNow() + ms, everyMs, run: fire, timer }
  tasks.set(timer, task)
  const refresh = timer.refresh.bind(timer)
  timer.refresh = () => {
    task.dueAt = steadyNow() + ms
    tasks.set(timer, task)
    return refresh()
  }
  return timer
}

/** A delay as Node reads it. */
const delayOf = (ms: unknown): number => (Number(ms) >= 1 ? Number(ms) : 1)

type Callback = (...args: unknown[]) => void

const timers = {
  setTimeout: (run: Callback, ms?: unknown, ...args: unknown[]) => plan(delayOf(ms), undefined, () => run(...args)),
  setInterval: (run: Callback, ms?: unknown, ...args: unknown[]) => plan(delayOf(ms), delayOf(ms), () => run(...args)),
  clearTimeout: (timer: unknown) => {
    tasks.delete(timer as NodeJS.Timeout)
    real.clearTimeout(timer as NodeJS.Timeout)
  },
}

type WaitOptions = { signal?: AbortSignal; ref?: boolean }

const wait = (ms?: number, value?: unknown, { signal, ref = true }: WaitOptions = {}) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortError(signal))
    const giveUp = () => {
      timers.clearTimeout(timer)
      reject(abortError(signal))
    }
    const timer = plan(delayOf(ms), undefined, () => {
      signal?.removeEventListener('abort', giveUp)
      resolve(value)
    })
    if (!ref) timer.unref()
    signal?.addEventListener('abort', giveUp, { once: true })
  })

const abortError = (signal: AbortSignal | undefined): Error =>
  Object.assign(new Error('The operation was aborted', { cause: signal?.reason }), {
    name: 'AbortError',
    code: 'ABORT_ERR',
  })

/** Time passes while the process is awake: each timer fires at its time, and what follows from it is done before the next. */
async function pass(ms: number): Promise<void> {
  const until = steadyNow() + ms
  for (;;) {
    await rest()
    const [next] = [...tasks.values()].toSorted((a, b) => a.dueAt - b.dueAt)
    if (!next || next.dueAt > until) break
    clock.passed += Math.max(0, next.dueAt - steadyNow())
    if (next.everyMs === undefined) real.clearTimeout(next.timer)
    next.run()
  }
  clock.passed += Math.max(0, until - steadyNow())
}

const turn = () => new Promise<void>(resolve => setImmediate(() => setImmediate(resolve)))

const glance = () => new Promise<void>(resolve => real.setTimeout(() => setImmediate(resolve), 1))

/** Waits until nothing is in flight, or what is seems to be for ever. */
async function rest(): Promise<void> {
  await turn()
  const startedAt = real.performanceNow.call(performance)
  while (clock.inFlight > clock.hanging) {
    const { answers } = clock
    await glance()
    if (clock.answers === answers && real.performanceNow.call(performance) - startedAt > HANGS_MS)
      clock.hanging = clock.inFlight
  }
  if (clock.answers === clock.restedAt) return
  clock.restedAt = clock.answers
  // What was answered has still to be read.
  for (let look = 0; look < LOOKS; look++) await glance()
  await rest()
}

function install(): void {
  const require = createRequire(import.meta.url)
  const all = { ...timers, clearInterval: timers.clearTimeout }
  Object.assign(globalThis, all)
  Object.assign(require('node:timers'), all)
  require('node:timers/promises').setTimeout = wait
  syncBuiltinESMExports()
  globalThis.Date = new Proxy(real.Date, {
    construct: (target, args, made) => Reflect.construct(target, args.length > 0 ? args : [wallNow()], made),
    apply: () => new real.Date(wallNow()).toString(),
    get: (target, key) => (key === 'now' ? wallNow : Reflect.get(target, key)),
  })
  real.Date.prototype.constructor = globalThis.Date
  performance.now = steadyNow
  AbortSignal.timeout = ms => {
    const late = new AbortController()
    const reason = () => new DOMException('The operation was aborted due to timeout', 'TimeoutError')
    plan(delayOf(ms), undefined, () => late.abort(reason())).unref()
    return late.signal
  }
  globalThis.fetch = async (...call) => {
    clock.inFlight++
    try {
      return await real.fetch(...call)
    } finally {
      clock.inFlight--
      clock.hanging = Math.min(clock.hanging, clock.inFlight)
      clock.answers++
    }
  }
}

install()
process.on('message', async (message: FromParent) => {
  if (message.kind === 'set') clock.set += message.ms
  await (message.kind === 'pass' ? pass(message.ms) : rest())
  await rest()
  process.send?.({ kind: 'rested', id: message.id })
})
process.channel?.unref()
