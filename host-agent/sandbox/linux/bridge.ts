import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { childrenOf } from '../caps/process-tree.ts'
import type { Tools } from './system.ts'

/** The first stage: a network without a way out, but for one port that leads to our proxy. */
export type Bridge = {
  /** A process in its namespaces, for commands to be started beside it. Null: it has ended, and nothing may be started. */
  pid(): number | null
  close(): Promise<void>
}

export const bridgePort = 3128
const startMs = 10_000

/**
 * Starts user and network namespaces with socat in them, from `127.0.0.1:3128` to the proxy's unix socket, and waits until it listens. Commands
 * see the port and not the process: they get namespaces of their own, so a filter may forbid them unix sockets. Null: it didn't start.
 */
export async function startBridge(tools: Tools, socket: string, uid: number, gid: number): Promise<Bridge | null> {
  const child = spawn(
    tools.bwrap,
    [
      ...['--unshare-user', '--unshare-net', '--unshare-pid', '--as-pid-1', '--die-with-parent', '--new-session'],
      ...[
        '--uid',
        String(uid),
        '--gid',
        String(gid),
        '--cap-drop',
        'ALL',
        '--dev-bind',
        '/',
        '/',
        '--proc',
        '/proc',
        '--',
      ],
      ...[
        tools.socat,
        `TCP-LISTEN:${bridgePort},bind=127.0.0.1,fork,max-children=512,backlog=128`,
        `UNIX-CONNECT:${socket}`,
      ],
    ],
    { stdio: 'ignore', detached: true, env: { PATH: '/usr/bin:/bin' } },
  )
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve())
    child.once('exit', () => resolve())
  })
  const close = async () => {
    child.kill('SIGKILL')
    await ended
  }
  const until = performance.now() + startMs
  while (child.pid !== undefined && child.exitCode === null && performance.now() < until) {
    const [pid] = childrenOf(child.pid)
    if (pid !== undefined && isListening(pid)) return { pid: () => (isAlive(child) ? pid : null), close }
    await new Promise<void>((resolve) => setTimeout(resolve, 2))
  }
  await close()
  return null
}

const isAlive = (child: ChildProcess) => child.exitCode === null && child.signalCode === null

/** 0100007F is 127.0.0.1 in the byte order of these machines, 0A is LISTEN. */
function isListening(pid: number): boolean {
  const port = bridgePort.toString(16).toUpperCase().padStart(4, '0')
  try {
    return new RegExp(`: 0100007F:${port} 00000000:0000 0A `).test(readFileSync(`/proc/${pid}/net/tcp`, 'latin1'))
  } catch {
    return false
  }
}
