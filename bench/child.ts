import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const root = join(import.meta.dirname, '..')

/** A process of the bench. `lines` is its standard output; its standard error is kept and shown when it ends early. */
export type Child = {
  pid: number
  firstLine: Promise<string>
  /** Hears every line from now on, until what it returns is called. */
  onLine(listener: (line: string) => void): () => void
  /** The first line from now on that, read, is the one. */
  waitFor<T>(read: (line: string) => T, is: (value: T) => boolean): Promise<T>
  write(line: string): void
  /** Writes a line; the next line that comes back is the answer. */
  ask(line: string): Promise<string>
  /** The last of its standard error. */
  errors(): string
  stop(): Promise<void>
}

/** Starts a TypeScript file of the repository (or any Node arguments) on this very Node. */
export function startChild(args: readonly string[], env: Record<string, string> = {}): Child {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const listeners = new Set<(line: string) => void>()
  let stderr = ''
  let stopping = false
  child.stderr.on('data', (data: Buffer) => {
    stderr = (stderr + data.toString()).slice(-20_000)
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const firstLine = new Promise<string>((resolve, reject) => {
    listeners.add(resolve)
    child.once('exit', (code) => {
      if (!stopping) reject(new Error(`${args.join(' ')} ended early (${code}):\n${stderr}`))
    })
  })
  firstLine.catch(() => {})
  createInterface({ input: child.stdout }).on('line', (line) => {
    for (const listener of listeners) listener(line)
  })
  return {
    pid: child.pid ?? 0,
    firstLine,
    onLine(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    waitFor: (read, is) =>
      new Promise((resolve) => {
        const listener = (line: string) => {
          const value = read(line)
          if (!is(value)) return
          listeners.delete(listener)
          resolve(value)
        }
        listeners.add(listener)
      }),
    write: (line) => void child.stdin.write(`${line}\n`),
    ask(line) {
      const answer = this.waitFor(String, () => true)
      this.write(line)
      return answer
    },
    errors: () => stderr,
    async stop() {
      stopping = true
      child.kill('SIGTERM')
      await exited
    },
  }
}
