// Runs on Node 20 with nothing installed: only built-in modules here.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { findProgram } from './find-program.mjs'
import { ensureInstalled, root } from './install.mjs'

const isNew = Number(process.versions.node.split('.')[0]) >= 24

/** The Node that npm brought with the dependencies, else this one when it is new enough. */
function findNode24() {
  const platform = `node-${process.platform}-${process.arch}`
  const pinned = join(root, 'node_modules', platform, 'bin/node')
  if (existsSync(pinned)) return pinned
  if (isNew) return process.execPath
  process.stderr.write(
    `Countersign runs on Node 24; this is Node ${process.versions.node}, and the package "${platform}" is not installed. ` +
      'Install Node 24 or newer from https://nodejs.org/en/download, put it first in PATH and run this again.\n',
  )
  return process.exit(1)
}

/**
 * Together with the program in one piece, half of what an idle host agent would keep: sources that were read once need no compiler in memory, a young generation that is
 * collected often does not grow, one helper thread has one heap, freed memory goes back to the system, and the program may collect when it has nothing to do. Of V8's
 * compilers the middle one for JavaScript and the second one for WebAssembly (fetch's parser) are left out: they made short work of starting, and kept up to 10 MB.
 */
const small = {
  flags: ['--max-semi-space-size=1', '--v8-pool-size=1', '--expose-gc', '--no-maglev', '--liftoff-only'],
  env: {
    NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/countersign'),
    MALLOC_ARENA_MAX: '1',
    MALLOC_TRIM_THRESHOLD_: '65536',
  },
}

/**
 * Goes on in `entry` (a TypeScript file, relative to the repository) under Node 24, installing dependencies first where
 * they are missing. Standard streams, working directory, signals and exit code are those of this process. `staysSmall`: `entry` is the
 * program's, and this verb stays and is idle most of the time.
 */
export function runOnNode24(entry, args, { staysSmall = false } = {}) {
  ensureInstalled()
  const node = findNode24()
  const file = (staysSmall ? findProgram(node) : null) ?? join(root, entry)
  if (!existsSync(file)) {
    process.stderr.write(`There is no ${entry} in ${root}.\n`)
    process.exit(1)
  }
  const env = {
    ...(staysSmall ? small.env : {}),
    ...process.env,
    PATH: [dirname(node), process.env.PATH].filter(Boolean).join(delimiter),
  }
  const flags = staysSmall ? small.flags : []
  // Replaces this process where Node can (22.15 and newer): no second process between a signal and the program.
  if (process.execve && process.platform !== 'win32') process.execve(node, [node, ...flags, file, ...args], env)
  const follow = ['--import', pathToFileURL(join(import.meta.dirname, 'follow-launcher.mjs')).href]
  const stdio = ['inherit', 'inherit', 'inherit', 'pipe']
  passOn(
    spawn(node, [...flags, ...follow, file, ...args], {
      stdio,
      env: { ...env, COUNTERSIGN_LAUNCHER: `${process.pid}` },
    }),
  )
}

function passOn(child) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) {
    process.on(signal, () => {
      // Ctrl-C at a terminal reaches the child from the kernel; a second one would read as "now, at once".
      if (signal === 'SIGINT' && process.stdin.isTTY) return
      child.kill(signal)
    })
  }
  child.on('error', (error) => {
    process.stderr.write(`Node 24 could not be started: ${error.message}\n`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
    process.exitCode = 128 + (constants.signals[signal] ?? 0)
  })
}
