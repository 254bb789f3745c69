import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Command } from 'commander'
import { expect, test } from 'vitest'
import { verbs as programVerbs } from '#cli/verbs.ts'
import { withErrorTable } from '../../scripts/error-table.ts'
import { listFiles, read, root } from '../architecture/sources.ts'

const documents = listFiles().filter((path) => path.endsWith('.md'))
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }

test('the table of refusals in the README is the one of protocol/errors.ts: node scripts/bootstrap.mjs scripts/docs.ts', () => {
  const text = read('README.md')
  expect(text).toBe(withErrorTable(text))
})

test.each(documents)('%s names only commands that exist', (path) => {
  const named = [...read(path).matchAll(/(?:`|^)npm (?:run )?([a-z][\w:-]*)/gm)].map(([, name]) => name ?? '')
  const ours = named.filter((name) => !['ci', 'install', 'audit'].includes(name))
  expect(ours.filter((name) => !(name in scripts))).toEqual([])
})

test.each(documents)('every link and picture of %s leads somewhere', (path) => {
  const links = [...read(path).matchAll(/\]\(([^)#\s]+)[^)]*\)|src="([^"]+)"/g)].map(
    ([, link, source]) => link ?? source ?? '',
  )
  const ours = links.filter((link) => !/^[a-z]+:/.test(link))
  expect(ours.filter((link) => !existsSync(join(root, dirname(path), link)))).toEqual([])
})

/** Every verb of the README's table, with its flags: `device pair`, `--port`, … */
const section = read('README.md').match(/^## The program$([\s\S]*?)^## /m)?.[1] ?? ''
const verbs = [...section.matchAll(/^\| (`.+?) \|/gm)]
  .flatMap(([, cell]) => [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, usage]) => usage ?? ''))
  .map((usage) => ({
    verb: usage.match(/^[a-z-]+(?: [a-z]+)?(?= |$)/)?.[0] ?? '',
    flags: [...usage.matchAll(/--[a-z-]+/g)].map(([flag]) => flag),
  }))

/** What the program itself knows, by the whole name of each verb that does something. */
function verbsOf(command: Command, above: string): string[] {
  const name = `${above} ${command.name()}`.trim()
  const below = command.commands.flatMap((each) => verbsOf(each, name))
  return doesSomething(command) ? [name, ...below] : below
}
// A verb that only groups others answers with its help.
const doesSomething = (command: Command) => command.commands.length === 0 || command.name() === 'host'

test('the README names the verbs of the program, and no others', () => {
  const program = new Command('')
  for (const add of programVerbs) add(program, async () => {})
  const known = program.commands.flatMap((command) => verbsOf(command, '')).filter((name) => name !== 'sandbox-status')
  expect([...new Set(verbs.map(({ verb }) => verb))].sort()).toEqual(known.sort())
})

test.each(verbs)('countersign $verb --help names $flags', ({ verb, flags }) => {
  const { status, stdout } = spawnSync(process.execPath, [join(root, 'cli/main.ts'), ...verb.split(' '), '--help'], {
    encoding: 'utf8',
  })
  expect(status).toBe(0)
  for (const flag of flags) expect(stdout).toContain(flag)
})
