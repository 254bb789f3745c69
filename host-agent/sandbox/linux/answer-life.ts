import type { ChildProcess } from 'node:child_process'
import { Socket } from 'node:net'

/** Tells a command that asks whether we live that we do, unless it was ended meanwhile: what its launcher left behind before it was bound to it would run on. */
export function answerLife(child: ChildProcess, fd: number): void {
  const life = child.stdio[fd]
  if (!(life instanceof Socket)) return
  // It has ended, which is told by its exit.
  life.on('error', () => {})
  life.once('data', () => {
    const isEnded = child.killed || child.exitCode !== null || child.signalCode !== null
    if (isEnded) life.destroy()
    else life.end('\n')
  })
}
