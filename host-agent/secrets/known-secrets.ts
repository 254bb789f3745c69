import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

const secretName = /(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|KEY|CREDENTIAL|WEBHOOK|_URL|_URI|_DSN|CONNECTION)/i
/** A secret's name does not make a secret of what everybody has. */
const shortest = 8
const fileBytes = 65_536
const mostFiles = 20

/** Values of the host's own environment that are secret by their names: found wherever they appear, whatever their form. */
export const secretsOfEnvironment = (environment: Readonly<Record<string, string | undefined>>): string[] =>
  secretsAmong(Object.entries(environment))

/**
 * The same of the `.env*` files in a project's folder. An agent can write those: they take nothing out of what a person approves, or a word of a
 * command could be hidden by calling it a secret.
 */
export async function secretsOfProject(project: string): Promise<string[]> {
  const names = await readdir(project).catch(() => [])
  const files = names.filter((name) => /^\.env(\.|$)/.test(name) && !/example|sample|template/.test(name))
  const texts = await Promise.all(files.slice(0, mostFiles).map((name) => beginning(join(project, name))))
  return secretsAmong(texts.flatMap(readPairs))
}

const secretsAmong = (pairs: readonly (readonly [string, string | undefined])[]): string[] => [
  ...new Set(pairs.flatMap(([name, value]) => (value !== undefined && isSecret(name, value) ? [value] : []))),
]

/** An address is one only where it carries a password. */
function isSecret(name: string, value: string): boolean {
  if (value.length < shortest || !secretName.test(name)) return false
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return /:\/\/[^/@\s]*:[^/@\s]+@/.test(value)
  // A path to a key is no key, and neither is a number or a name in words.
  return !/^[./~]|^\d{1,11}$|^[a-z]+(-[a-z]+)*$/.test(value)
}

const readPairs = (text: string): [string, string][] =>
  [...text.matchAll(/^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^\n#]*))/gm)].map(
    ([, name = '', double, single, bare]) => [name, (double ?? single ?? bare ?? '').trim()],
  )

/** A link, a pipe or a huge file under this name is no reason to wait. */
async function beginning(path: string): Promise<string> {
  const { constants } = await import('node:fs')
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => null)
  if (!file) return ''
  try {
    if (!(await file.stat()).isFile()) return ''
    const { buffer, bytesRead } = await file.read(Buffer.alloc(fileBytes), 0, fileBytes, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } catch {
    return ''
  } finally {
    await file.close()
  }
}
