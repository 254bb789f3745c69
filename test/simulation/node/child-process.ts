/** `node:child_process` for the host agent in a simulated run: no program starts. */
export * from 'node:child_process'
export function execFile(...given: unknown[]): void {
  const done = given.at(-1) as (error: Error) => void
  queueMicrotask(() => done(new Error('no program starts in a simulated run')))
}

export function spawn(): never {
  throw new Error('no program starts in a simulated run')
}
export const spawnSync = spawn
export const execFileSync = spawn
