import { execFile } from 'node:child_process'

type More = { env?: Record<string, string>; maxBytes?: number; timeoutMs?: number }

/** Output of a git command; null: it failed or there is no git. */
export type Git = (args: readonly string[], more?: More) => Promise<string | null>

/** The same with what git said about it, for a person to read. */
export type GitRun = (args: readonly string[], more?: More) => Promise<{ ok: boolean; out: string; words: string }>

/**
 * The host's own git in one folder. Nothing that the project configures can run: no hooks, no file system monitor, no pager, no
 * user's or system's configuration, no prompts. `settings` are given with `-c`.
 */
export function createGitRun(cwd: string, path: string, settings: readonly string[] = []): GitRun {
  return (args, more = {}) =>
    new Promise((resolve) => {
      execFile('git', argsOf(args, settings), optionsOf(cwd, path, more), (error, out = '', words = '') =>
        resolve({ ok: !error, out, words: words.trim() || (error?.message ?? '') }),
      )
    })
}

/** The same for content that is no text; null: it failed, or there is more than `maxBytes`. */
export function readGitBytes(cwd: string, path: string, args: readonly string[], more: More): Promise<Buffer | null> {
  return new Promise((resolve) => {
    execFile('git', argsOf(args, []), { ...optionsOf(cwd, path, more), encoding: 'buffer' }, (error, out) =>
      resolve(error ? null : out),
    )
  })
}

const argsOf = (args: readonly string[], settings: readonly string[]) => [
  ...['core.fsmonitor=', 'core.hooksPath=/dev/null', 'core.pager=cat', 'core.quotePath=false', ...settings].flatMap(
    (setting) => ['-c', setting],
  ),
  ...args,
]

const optionsOf = (cwd: string, path: string, more: More) => ({
  cwd,
  maxBuffer: more.maxBytes ?? 16 * 1024 * 1024,
  timeout: more.timeoutMs ?? 60_000,
  env: {
    PATH: path,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_ATTR_NOSYSTEM: '1',
    ...more.env,
  },
})

/** `createGitRun` for those who need no more than the output. */
export function createGit(cwd: string, path: string): Git {
  const run = createGitRun(cwd, path)
  return async (args, more) => {
    const { ok, out } = await run(args, more)
    return ok ? out : null
  }
}
