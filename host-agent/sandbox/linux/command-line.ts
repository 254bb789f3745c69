import { processesMost } from '../caps/caps.ts'
import type { Tools } from './system.ts'

export type CommandFacts = {
  tools: Tools
  argv: readonly string[]
  cwd: string
  env: Readonly<Record<string, string>>
  mounts: readonly string[]
  uid: number
  gid: number
  /** A process in the namespaces of the bridge; null: a network of its own, with no way out. */
  bridgePid: number | null
  /** Files of control groups to write the launcher's number into. */
  join: readonly string[]
  /** Bytes; null: no limit. */
  dataBytes: number | null
  fileBytes: number | null
  /** The descriptor from which bwrap reads the filter. */
  filterFd: number
  /** The descriptor by which the command asks whether the host agent still lives. One digit: a plain shell knows no others. */
  lifeFd: number
}

/** The second stage: the program and its arguments that start one command in namespaces of its own. */
export function commandLine(facts: CommandFacts): [string, ...string[]] {
  const { tools, uid, gid, bridgePid } = facts
  const network = bridgePid === null ? ['--unshare-net'] : []
  const start: [string, ...string[]] = [
    tools.bwrap,
    ...['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try', ...network],
    ...['--uid', String(uid), '--gid', String(gid), '--hostname', 'sandbox', '--cap-drop', 'ALL'],
    ...['--new-session', '--die-with-parent', '--seccomp', String(facts.filterFd), '--clearenv'],
    ...Object.entries(facts.env).flatMap(([name, value]) => ['--setenv', name, value]),
    ...facts.mounts,
    ...['--chdir', facts.cwd, '--'],
    ...whileAlive(facts.lifeFd),
    ...limited(facts),
    ...facts.argv,
  ]
  const entered = bridgePid === null ? start : enter(tools, bridgePid, start)
  if (facts.join.length === 0) return entered
  const script = 'n=$1; shift; while [ "$n" -gt 0 ]; do echo $$ >"$1" || exit 125; shift; n=$((n-1)); done; exec "$@"'
  return ['/bin/sh', '-c', script, 'join', String(facts.join.length), ...facts.join, ...entered]
}

const enter = ({ nsenter }: Tools, pid: number, start: readonly string[]): [string, ...string[]] => [
  nsenter,
  ...['--user', '--net', '--preserve-credentials', '--target', String(pid), '--'],
  ...start,
]

/**
 * bwrap binds a command to the life of its parent only once it has set itself up: if the host agent is killed before that, the command would outlive
 * it. So the command asks first, when all of them are bound, and begins when it is answered.
 */
const whileAlive = (fd: number): string[] => [
  ...['/bin/sh', '-c', `echo >&${fd}; read -r answer <&${fd} || exit 125; exec "$@" ${fd}>&-`, 'begin'],
]

/** Set inside: the count of processes is then that of the namespace. Never RLIMIT_AS, under which WebAssembly can't reserve its 4 GB. */
function limited({ tools, dataBytes, fileBytes }: CommandFacts): string[] {
  return [
    tools.prlimit,
    ...['--core=0', `--nproc=${processesMost}`],
    ...(dataBytes === null ? [] : [`--data=${dataBytes}`]),
    ...(fileBytes === null ? [] : [`--fsize=${fileBytes}`]),
    '--',
  ]
}
