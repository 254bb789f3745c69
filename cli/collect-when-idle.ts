import type { HostEvent } from '#host-agent/main.ts'
import { terminalStates } from '#protocol/records.ts'

/** Milliseconds after the last thing that happened. */
const quietMs = 5_000

/**
 * Gives memory back once a host has nothing to do: after its connection stands and after a task's end. An idle Node.js keeps what starting and working took, because nothing is
 * allocated that would make it collect. `collect` absent: this Node was started without `--expose-gc`, and nothing happens.
 */
export function collectWhenIdle(collect: (() => void) | undefined): (event: HostEvent) => void {
  let timer: NodeJS.Timeout | undefined
  const working = new Set<string>()
  return (event) => {
    if (event.event === 'task') {
      if (isOver(event.state)) working.delete(event.taskId)
      else working.add(event.taskId)
    }
    clearTimeout(timer)
    if (collect && working.size === 0) timer = setTimeout(collect, quietMs).unref()
  }
}

const isOver = (state: string) => [...terminalStates].some((terminal) => terminal === state)
