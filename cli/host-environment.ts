import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the host agent finds in its environment: this one's, and the lines of the file that its service reads besides (systemd.exec(5), "EnvironmentFile"). `folder`: the host's own. */
export function hostEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
): Record<string, string | undefined> {
  const lines = readFile(join(folder, 'environment')).split('\n')
  const kept = lines.flatMap((line) => {
    const [, name, value] = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? []
    return name === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(kept), ...environment }
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
