import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type LinkedWorktree, linkedWorktree } from '#host-agent/sandbox/files/linked-worktree.ts'
import { forgetOwnRepositories, type OwnRepository, ownRepository } from '#host-agent/sandbox/files/own-repository.ts'
import { takeCommits } from '#host-agent/sandbox/files/take-commits.ts'
import { worktreeRepositories } from '#host-agent/sandbox/files/worktree-repositories.ts'
import { suite } from '#test/support/needs.ts'
import { git, stateOf } from '#test/support/worktree/repository.ts'

// A worktree's own repository, to which a program inside may have done anything, and what of that comes to the person's.
suite('commits of a worktree', { needs: ['git'] }, () => {
  let root: string
  let project: string
  let worktree: LinkedWorktree
  let own: OwnRepository
  const path = process.env.PATH ?? ''
  const state = () => join(root, 'state')
  const take = () => takeCommits(own, path)
  const tip = (ref = 'task') => git(project, 'rev-parse', ref)
  /** As inside, where the own repository lies in the place of the person's and the person's objects are borrowed. */
  const inside = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], {
      cwd: worktree.root,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        PATH: path,
        GIT_DIR: join(own.git, 'worktrees/worktree'),
        GIT_WORK_TREE: worktree.root,
        GIT_ALTERNATE_OBJECT_DIRECTORIES: join(project, '.git/objects'),
      },
    }).trim()
  function commit(tree = 'HEAD^{tree}', ...parents: string[]): string {
    const made = inside('commit-tree', '-m', 'work', ...(parents.length > 0 ? parents : ['-p', 'task']), tree)
    inside('update-ref', 'refs/heads/task', made)
    return made
  }
  async function isRefused() {
    const before = stateOf(project)
    expect(await take()).toMatchObject({ ok: false, code: 'sandbox_commits_refused' })
    expect(stateOf(project)).toEqual(before)
    expect(readdirSync(own.place)).not.toContain('lender')
  }

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'countersign-own-')))
    project = join(root, 'project')
    mkdirSync(project)
    git(project, 'init', '--quiet')
    writeFileSync(join(project, 'a.txt'), 'one\n')
    git(project, 'add', '--all')
    git(project, 'commit', '--quiet', '--message', 'start')
    git(project, 'branch', 'kept')
    git(project, 'worktree', 'add', '--quiet', '-b', 'task', join(root, 'worktree'))
    worktree = linkedWorktree(join(root, 'worktree')) as LinkedWorktree
    own = ownRepository(worktree, state()) as OwnRepository
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  test('come to its branch, whole, and the worktree’s index follows', async () => {
    writeFileSync(join(worktree.root, 'a.txt'), 'two\n')
    inside('add', '--all')
    inside('commit', '--quiet', '--message', 'work')
    const made = inside('rev-parse', 'HEAD')
    expect(await take()).toEqual({ ok: true, value: true })
    expect([tip(), git(project, 'show', 'task:a.txt'), git(worktree.root, 'status', '--porcelain')]).toEqual([
      made,
      'two',
      '',
    ])
    expect(await take()).toEqual({ ok: true, value: false })
    expect(stateOf(project).whole).toBe('')
  })

  test('of other branches, tags and HEADs nothing comes', async () => {
    const made = commit()
    for (const ref of ['refs/heads/kept', 'refs/heads/new', 'refs/tags/v1', 'refs/stash'])
      inside('update-ref', ref, made)
    inside('symbolic-ref', 'HEAD', 'refs/heads/new')
    const { names, ...before } = stateOf(project)
    expect(await take()).toEqual({ ok: true, value: true })
    const after = stateOf(project)
    expect(after.names).toBe(names?.replace(/(refs\/heads\/task) \w+/, `$1 ${made}`))
    expect({ ...after, names: '', worktrees: '' }).toEqual({ ...before, names: '', worktrees: '' })
  })

  test('what git refuses does not come', async () => {
    const entry = Buffer.concat([Buffer.from('100644 .git\0'), Buffer.from(tip('task:a.txt'), 'hex')])
    writeFileSync(join(root, 'tree'), entry)
    commit(inside('hash-object', '-t', 'tree', '--literally', '-w', join(root, 'tree')))
    await isRefused()
  })

  test('what is missing does not come', async () => {
    const blob = inside('hash-object', '-w', join(worktree.root, '.git'))
    inside('update-index', '--add', '--cacheinfo', `100644,${blob},b.txt`)
    commit(inside('write-tree'))
    rmSync(join(own.git, 'objects', blob.slice(0, 2), blob.slice(2)), { force: true })
    await isRefused()
  })

  test.each(['a link to it', 'a list of what it borrows from'])(
    'what lies in another repository of the person does not come, by %s',
    async (how) => {
      const other = join(root, 'other')
      mkdirSync(other)
      git(other, 'init', '--quiet')
      writeFileSync(join(other, 'secret.txt'), 'secret\n')
      const blob = git(other, 'hash-object', '-w', 'secret.txt')
      inside('update-index', '--add', '--cacheinfo', `100644,${blob},b.txt`)
      commit(inside('write-tree', '--missing-ok'))
      const objects = join(own.git, 'objects')
      if (how === 'a link to it') {
        rmSync(join(objects, blob.slice(0, 2)), { recursive: true, force: true })
        symlinkSync(join(other, '.git/objects', blob.slice(0, 2)), join(objects, blob.slice(0, 2)))
      } else writeFileSync(join(objects, 'info/alternates'), `${join(other, '.git/objects')}\n`)
      await isRefused()
    },
  )

  test('nothing comes where the branch has moved meanwhile', async () => {
    commit()
    git(
      project,
      'update-ref',
      'refs/heads/task',
      git(project, 'commit-tree', '-m', 'mine', '-p', 'task', 'task^{tree}'),
    )
    await isRefused()
  })

  test('nothing that the own repository is set up to do is done', async () => {
    commit()
    const ran = join(root, 'ran')
    writeFileSync(join(root, 'evil'), `#!/bin/sh\ntouch ${ran}\n`, { mode: 0o755 })
    const evil = join(root, 'evil')
    const settings = `[core]\n\tfsmonitor = ${evil}\n\talternateRefsCommand = ${evil}\n\thooksPath = ${root}\n[uploadpack]\n\tpackObjectsHook = ${evil}\n`
    writeFileSync(join(own.git, 'config'), settings)
    expect(await take()).toEqual({ ok: true, value: true })
    expect(existsSync(ran)).toBe(false)
  })

  test('a branch that the host moved has moved inside as well; an own repository goes with its worktree', async () => {
    const violations: unknown[] = []
    const open = () =>
      worktreeRepositories({
        project: worktree.root,
        isWritable: true,
        state: state(),
        path,
        onViolation: (violation) => violations.push(violation),
      }).mounts([])
    const made = git(project, 'commit-tree', '-m', 'mine', '-p', 'task', 'task^{tree}')
    git(project, 'update-ref', 'refs/heads/task', made)
    await open()
    expect(inside('rev-parse', 'task')).toBe(made)
    // What a killed host agent had not brought over comes at the next start.
    const later = commit()
    await open()
    expect([tip(), violations]).toEqual([later, []])
    forgetOwnRepositories(state())
    expect(existsSync(own.place)).toBe(true)
    git(project, 'worktree', 'remove', '--force', worktree.root)
    forgetOwnRepositories(state())
    expect(existsSync(own.place)).toBe(false)
  })

  test('nothing of the person’s repository can be written inside', async () => {
    const facts = { project: worktree.root, isWritable: true, state: state(), path, onViolation() {} }
    const mounts = await worktreeRepositories(facts).mounts([])
    const sources = mounts.flatMap((word, at) => (word === '--bind' ? [mounts[at + 1] ?? ''] : []))
    expect(sources.filter((source) => !source.startsWith(own.git))).toEqual([])
    expect(sources).toContain(own.git)
  })

  test('while it may only be read, the person’s repository is there, read-only', async () => {
    const facts = { project: worktree.root, isWritable: false, state: state(), path, onViolation() {} }
    const common = join(project, '.git')
    expect(await worktreeRepositories(facts).mounts([])).toEqual(['--ro-bind', common, common])
  })
})
