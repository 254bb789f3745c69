import { execFileSync } from 'node:child_process'

/** Name and address under which the person commits: their ~/.gitconfig does not exist inside. Null: not set. */
export function gitIdentity(environment: Readonly<Record<string, string | undefined>>): {
  gitName: string | null
  gitEmail: string | null
} {
  return { gitName: setting('user.name', environment), gitEmail: setting('user.email', environment) }
}

function setting(
  name: string,
  { HOME, PATH, XDG_CONFIG_HOME }: Readonly<Record<string, string | undefined>>,
): string | null {
  try {
    const env = { PATH: PATH ?? '/usr/bin:/bin', HOME: HOME ?? '/', ...(XDG_CONFIG_HOME ? { XDG_CONFIG_HOME } : {}) }
    const text = execFileSync('git', ['config', '--global', '--get', name], {
      cwd: '/',
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
      encoding: 'utf8',
      timeout: 5_000,
    })
    return text.trim().slice(0, 200) || null
  } catch {
    return null
  }
}
