import { execFile } from 'node:child_process'

/** Output of a git command; null: it failed or there is no git. */
export type Git = (
  args: readonly string[],
  more?: { env?: Record<string, string>; maxBytes?: number },
) => Promise<string | null>

/**
 * The host's own git in one folder. Nothing that the project configures can run: no hooks, no file system monitor, no pager, no
 * user's or system's configuration, no prompts.
 */
export function createGit(cwd: string, path: string): Git {
  return (args, more = {}) =>
    new Promise((resolve) => {
      execFile(
        'git',
        [
          '-c',
          'core.fsmonitor=',
          '-c',
          'core.hooksPath=/dev/null',
          '-c',
          'core.pager=cat',
          '-c',
          'core.quotePath=false',
          ...args,
        ],
        {
          cwd,
          maxBuffer: more.maxBytes ?? 16 * 1024 * 1024,
          timeout: 60_000,
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
        },
        (error, stdout) => resolve(error ? null : stdout),
      )
    })
}
