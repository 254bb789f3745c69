import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openProjectFiles } from '#host-agent/models/project-files.ts'
import { openProjectHistory, type ProjectHistory } from '#host-agent/models/project-history.ts'
import { createDemoProject } from '#test/support/agents/demo-project.ts'
import { git } from '#test/support/worktree/repository.ts'

// What a model is told of a project's history: real git in a real repository.
const path = process.env.PATH ?? ''
let folder: string
let history: ProjectHistory
let fix: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'countersign-history-')))
  createDemoProject(folder)
  writeFileSync(join(folder, 'src/greet.js'), "export const greet = (name) => 'hello ' + name\n")
  writeFileSync(join(folder, '.env'), 'PASSWORD=hunter22hunter22\n')
  git(folder, 'add', '--all', '--force')
  git(folder, 'commit', '--quiet', '--message', 'Fix the crash when nobody is named')
  fix = git(folder, 'rev-parse', 'HEAD')
  history = openProjectHistory(folder, path, openProjectFiles(folder, path))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('commits are found by the words of their message and by their file', async () => {
  const all = await history.log({ path: '', text: '', from: '' })
  expect(all?.trim().split('\n')).toHaveLength(2)
  expect(await history.log({ path: '', text: 'CRASH', from: '' })).toMatch(
    new RegExp(`^${fix.slice(0, 7)} \\d{4}-\\d\\d-\\d\\d Test: Fix the crash when nobody is named\\n$`),
  )
  expect(await history.log({ path: 'legacy', text: '', from: '' })).not.toContain('crash')
  expect(await history.log({ path: '', text: '', from: git(folder, 'rev-parse', 'HEAD~1') })).not.toContain('crash')
  expect(await history.log({ path: '', text: 'no such words', from: '' })).toBe('')
})

test('a commit is shown with its diff, without the files that are secrets by their names', async () => {
  const names = (await history.filesOf(fix, '')) ?? []
  expect(names).toEqual(['src/greet.js'])
  const shown = await history.show(fix, names)
  expect(shown).toContain('Fix the crash when nobody is named')
  expect(shown).toContain("+export const greet = (name) => 'hello ' + name")
  expect(shown).not.toContain('hunter22')
  // Nothing that may be shown is no leave to show everything.
  expect(await history.filesOf(fix, '.env')).toEqual([])
  expect(await history.show(fix, [])).not.toContain('hunter22')
  expect(await history.log({ path: '.env', text: '', from: '' })).toBeNull()
  expect(await history.blame('.env', 1)).toBeNull()
})

test('a merge is shown against its first parent', async () => {
  git(folder, 'checkout', '--quiet', '-b', 'side', 'HEAD~1')
  writeFileSync(join(folder, 'side.txt'), 'side\n')
  git(folder, 'add', 'side.txt')
  git(folder, 'commit', '--quiet', '--message', 'Side')
  git(folder, 'checkout', '--quiet', '-')
  git(folder, 'checkout', '--quiet', '--detach', fix)
  git(folder, 'merge', '--quiet', '--no-ff', '--message', 'Merge side', 'side')
  const merge = git(folder, 'rev-parse', 'HEAD')
  expect(await history.filesOf(merge, '')).toEqual(['side.txt'])
  expect(await history.show(merge, ['side.txt'])).toContain('+side')
})

test('each line of a file is told with the commit that it comes from', async () => {
  expect(await history.blame('src/greet.js', 1)).toMatch(new RegExp(`^${fix.slice(0, 7)}.*Test.*hello`))
  expect(await history.blame('src/greet.js', 99)).toBeNull()
  expect(await history.blame('../elsewhere', 1)).toBeNull()
})

test('what is no hash of a commit is none, whatever it would tell git', async () => {
  for (const name of ['HEAD', '--output=/tmp/x', `${fix}:src/greet.js`, `--all ${fix}`, '0123456789']) {
    expect(await history.show(name, ['src/greet.js'])).toBeNull()
    expect(await history.filesOf(name, '')).toBeNull()
    expect(await history.log({ path: '', text: '', from: name })).toBeNull()
  }
})

test('nothing that the project configures runs', async () => {
  const ran = join(folder, 'ran')
  const touch = `touch ${ran} #`
  writeFileSync(join(folder, '.gitattributes'), '* diff=evil\n')
  for (const [key, value] of [
    ['diff.external', touch],
    ['diff.evil.command', touch],
    ['diff.evil.textconv', touch],
    ['log.showSignature', 'true'],
    ['gpg.program', touch],
    ['core.pager', touch],
    ['core.fsmonitor', touch],
  ] as const)
    git(folder, 'config', key, value)
  await history.log({ path: '', text: '', from: '' })
  await history.show(fix, (await history.filesOf(fix, '')) ?? [])
  await history.blame('src/greet.js', 1)
  expect(existsSync(ran)).toBe(false)
})
