import { execFile } from 'node:child_process'
import { cleanEnvironment } from '../agents/clean-environment.ts'
import { findProgram } from '../files.ts'

/** What git and gh of the host may know besides what every command may: how the person signs in. */
export const signIn = [
  'SSH_AUTH_SOCK',
  'SSH_ASKPASS',
  'GIT_ASKPASS',
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GH_TOKEN',
  'GITHUB_TOKEN',
  'GH_HOST',
  'GH_CONFIG_DIR',
  'HTTPS_PROXY',
  'https_proxy',
  'NO_PROXY',
  'no_proxy',
  'DBUS_SESSION_BUS_ADDRESS',
  'XDG_RUNTIME_DIR',
] as const

/** The host's own gh, with its own login: where it is, and what it printed or said. */
export type Gh = { path: string; run(args: readonly string[]): Promise<{ ok: boolean; out: string; words: string }> }

/** Null: gh is not on the PATH. It never asks at a keyboard. */
export async function findGh(
  cwd: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Gh | null> {
  const path = await findProgram('gh', environment.PATH ?? '', cwd)
  if (path === null) return null
  const env = cleanEnvironment(environment, signIn, { GH_PROMPT_DISABLED: '1', GH_NO_UPDATE_NOTIFIER: '1' })
  return {
    path,
    run: (args) =>
      new Promise((resolve) => {
        const options = { cwd, env, timeout: 30_000, maxBuffer: 16 * 1024 * 1024 }
        execFile(path, [...args], options, (error, out = '', words = '') =>
          resolve({ ok: !error, out, words: words.trim() || (error?.message ?? '') }),
        )
      }),
  }
}
