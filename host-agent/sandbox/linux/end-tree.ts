import { setTimeout as wait } from 'node:timers/promises'
import { readTree } from '../caps/process-tree.ts'
import { sendSignal } from '../send-signal.ts'

/** How often it is looked for somebody who still runs, a millisecond apart. */
const roundsMost = 50

/**
 * Ends a process and all that descends from it. While bwrap starts, its stages are not bound to one another yet: ended one by one, whoever forks meanwhile leaves a stage behind
 * that nobody ends, and that holds our ends of its pipes. So all are stopped first, until nobody is left who could fork.
 */
export async function endTree(root: number): Promise<void> {
  for (let round = 0; round < roundsMost; round++) {
    const running = readTree(root).filter(({ isStopped, isZombie }) => !isStopped && !isZombie)
    if (running.length === 0) break
    for (const { pid } of running) sendSignal(pid, 'SIGSTOP')
    await wait(1)
  }
  for (const { pid } of readTree(root)) sendSignal(pid, 'SIGKILL')
}
