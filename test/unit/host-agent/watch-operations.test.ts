import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { GateAnswer, ToolRequest } from '#host-agent/agents/driver.ts'
import { type OperationWatch, watchOperations } from '#host-agent/approvals/watch-operations.ts'
import { openSnapshots, type Snapshots } from '#host-agent/git/snapshot.ts'
import { suite } from '#test/support/needs.ts'
import { git } from '#test/support/worktree/repository.ts'

// What an agent did, by the files, against what it was allowed: in a folder of its own, and in one where people work as well.
suite('what was allowed and what was done', { needs: ['git'] }, () => {
  let root: string
  let project: string
  let watch: OperationWatch
  let allowed: (request: ToolRequest) => boolean
  const at = (name: string) => join(project, name)
  const write = (name: string, text: string) => writeFileSync(at(name), text)

  beforeEach(async () => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'countersign-operations-')))
    project = join(root, 'project')
    mkdirSync(at('old'), { recursive: true })
    write('a.txt', 'one\ntwo\n')
    write('old/b.txt', 'old\n')
    git(project, 'init', '--quiet')
    git(project, 'add', '--all')
    git(project, 'commit', '--quiet', '--message', 'start')
    allowed = () => false
    watch = await open()
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  async function open(): Promise<OperationWatch> {
    const snapshots = (await openSnapshots(project, join(root, 'own'), process.env.PATH ?? '')) as Snapshots
    return watchOperations({
      project,
      snapshots,
      base: await snapshots.take(),
      allows: async (asked) => allowed(asked),
    })
  }
  const none = {
    driver: 'acp:x',
    binding: 'fenced',
    input: {},
    command: null,
    edits: [],
    paths: [],
    unknown: [],
  } as const
  const edit = (path: string, oldText: string | null, newText: string | null): ToolRequest => ({
    ...none,
    kind: 'edit',
    edits: [{ path, oldText, newText }],
    reads: false,
  })
  const command = (line: string): ToolRequest => ({ ...none, kind: 'command', command: line, reads: false })
  const remove: ToolRequest = { ...none, kind: 'delete', paths: ['old'], reads: false }
  const allow: GateAnswer = { answer: 'allow', approvalId: null }
  const deny: GateAnswer = { answer: 'deny', code: null }
  const deviated = (files: string[]) => ({ state: 'failed', code: 'operation_deviated', files })

  test('an edit and a deletion that are done as they were allowed', async () => {
    const one = edit('a.txt', 'two\n', 'three\n')
    expect(await watch.answered(one, allow)).toBeNull()
    write('a.txt', 'one\nthree\n')
    await watch.ended(one)
    await watch.answered(remove, allow)
    rmSync(at('old'), { recursive: true })
    await watch.ended(remove)
    expect(await watch.look()).toBeNull()
  })

  test('an edit that became another one', async () => {
    const one = edit('a.txt', 'two\n', 'three\n')
    await watch.answered(one, allow)
    write('a.txt', 'one\nfour\n')
    expect(await watch.look()).toBeNull()
    await watch.ended(one)
    expect(await watch.look()).toMatchObject(deviated(['a.txt']))
  })

  test('also where the agent never says that it has ended: at the end of its turn', async () => {
    await watch.answered(edit('hello.txt', null, 'hello\n'), allow)
    write('hello.txt', 'something else\n')
    await watch.settle()
    expect(await watch.look()).toMatchObject(deviated(['hello.txt']))
  })

  test('an edit that failed, and one after another of the same file', async () => {
    const first = edit('a.txt', 'one\n', '1\n')
    await watch.answered(first, allow)
    write('a.txt', '1\ntwo\n')
    const second = edit('a.txt', 'two\n', '2\n')
    await watch.answered(second, allow)
    write('a.txt', '1\n2\n')
    await watch.ended(first)
    await watch.ended(second)
    const third = edit('a.txt', '2\n', '3\n')
    await watch.answered(third, allow)
    await watch.ended(third)
    expect(await watch.look()).toBeNull()
  })

  test.each([
    ['a file nobody was asked about', () => write('other.txt', 'x'), 'other.txt'],
    ['one that was allowed before, once more', () => write('a.txt', 'x'), 'a.txt'],
    ['a deletion', () => rmSync(at('old/b.txt')), 'old/b.txt'],
  ])('%s', async (_name, act, file) => {
    const one = edit('a.txt', 'two\n', 'three\n')
    await watch.answered(one, allow)
    write('a.txt', 'one\nthree\n')
    await watch.ended(one)
    act()
    expect(await watch.look()).toMatchObject(deviated([file]))
  })

  test('what was to be deleted was written to', async () => {
    await watch.answered(remove, allow)
    write('old/b.txt', 'x')
    expect(await watch.look()).toMatchObject(deviated(['old/b.txt']))
  })

  test('while an allowed command runs, what changes is its own; before and after it is not', async () => {
    const tests = command('npm test')
    await watch.answered(tests, allow)
    write('report.txt', 'x')
    await watch.ended(tests)
    expect(await watch.look()).toBeNull()
    write('report.txt', 'y')
    expect(await watch.answered(command('npm run build'), allow)).toMatchObject(deviated(['report.txt']))
  })

  test('a command that was denied and ran all the same is found by what it changed, and named', async () => {
    await watch.answered(command('rm -r old'), deny)
    await watch.answered(command('ls'), allow)
    rmSync(at('old'), { recursive: true })
    const end = await watch.look()
    expect(end).toMatchObject(deviated(['old/b.txt']))
    expect(end?.detail).toContain('Denied before: rm -r old')
  })

  test('what the policy lets an agent change, it changes unasked', async () => {
    allowed = ({ kind, edits }) => kind === 'edit' && edits[0]?.path === at('a.txt') && edits[0].newText === 'x\n'
    write('a.txt', 'x\n')
    expect(await watch.look()).toBeNull()
    write('b.txt', 'x\n')
    expect(await watch.look()).toMatchObject(deviated(['b.txt']))
  })

  test('where people work as well, what was allowed is compared and nothing else', async () => {
    watch = watchOperations({ project, snapshots: null, base: null, allows: async () => false })
    write('mine.txt', 'x')
    const one = edit('a.txt', 'two\n', 'three\n')
    await watch.answered(one, allow)
    write('a.txt', 'one\nthree\n')
    await watch.ended(one)
    expect(await watch.look()).toBeNull()
    const other = edit('a.txt', 'three\n', '3\n')
    await watch.answered(other, allow)
    write('a.txt', 'x')
    await watch.ended(other)
    expect(await watch.look()).toMatchObject(deviated(['a.txt']))
  })
})
