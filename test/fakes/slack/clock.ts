/** Slack's clock: it runs with the real one, and a test may push it forward instead of sleeping. */
export type Clock = {
  /** Milliseconds since 1970. */
  now: () => number
  /** Runs something once, so many milliseconds from now; gives back what calls it off. */
  after: (ms: number, run: () => void) => () => void
  /** Pushes the clock forward and runs at once, in order, what has become due. */
  advance: (ms: number) => void
  /** Calls off everything that is still to come. */
  stop: () => void
}

type Task = { dueAt: number; run: () => void; timer: NodeJS.Timeout | undefined }

export function createClock(): Clock {
  const tasks = new Set<Task>()
  const startedAt = Date.now() - performance.now()
  let offsetMs = 0
  const now = () => startedAt + performance.now() + offsetMs

  function carryOut(task: Task): void {
    callOff(task)
    task.run()
  }

  function callOff(task: Task): void {
    clearTimeout(task.timer)
    tasks.delete(task)
  }

  function arm(task: Task): void {
    clearTimeout(task.timer)
    task.timer = setTimeout(carryOut, Math.max(0, task.dueAt - now()), task)
    task.timer.unref()
  }

  return {
    now,
    after(ms, run) {
      const task: Task = { dueAt: now() + ms, run, timer: undefined }
      tasks.add(task)
      arm(task)
      return () => callOff(task)
    },
    advance(ms) {
      offsetMs += ms
      const ordered = [...tasks].toSorted((a, b) => a.dueAt - b.dueAt)
      for (const task of ordered) if (tasks.has(task)) task.dueAt <= now() ? carryOut(task) : arm(task)
    },
    stop() {
      for (const task of [...tasks]) callOff(task)
    },
  }
}
