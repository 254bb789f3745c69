import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addPasskey } from '#client/add-passkey.ts'
import type { Ending } from '#protocol/statements/task.ts'
import { editsAllowed, type HostWorld, must, openHostWorld, type WatchedTask } from '#test/support/agents/host-world.ts'
import { createAuthenticator } from '#test/support/authenticator.ts'
import { git, stateOf } from '#test/support/worktree/repository.ts'

// What becomes of a task's worktree: real git, a real bare repository as the remote, a scripted gh; judged on the file system.
let world: HostWorld
let remote: string
let programs: string
let authenticator: ReturnType<typeof createAuthenticator>

beforeAll(async () => {
  world = await openHostWorld({ policy: editsAllowed })
  programs = join(world.folder, 'bin')
  mkdirSync(programs)
  remote = join(world.folder, 'remote.git')
  git(world.folder, 'init', '--quiet', '--bare', remote)
  git(world.project, 'remote', 'add', 'origin', remote)
  git(world.project, 'push', '--quiet', 'origin', 'HEAD')
  git(world.project, 'fetch', '--quiet', 'origin')
  await world.stopHost()
  await world.startHost({
    environment: { ...process.env, PATH: `${programs}:${process.env.PATH}`, GH_CONFIG_DIR: world.folder },
  })
  authenticator = createAuthenticator(world.relay.origin)
  must(await addPasskey(world.device.context, { passkey: authenticator.passkey }))
})
afterAll(() => world.close())

const known = new Set<string>()
async function next() {
  const { id } = await world.nextApproval(known)
  known.add(id)
  return must(await world.device.approval(id)).approval
}
const approve = async (approvalId: string) =>
  must(await world.device.decide({ approvalId, answer: 'approve', shown: { where: 'app', whole: true } }))

/** A task that has written hello.txt apart, and left it uncommitted. */
async function written(): Promise<WatchedTask & { branch: string; root: string }> {
  const task = await world.submit('Say hello. [[act:write]]', { place: 'worktree' })
  await approve((await next()).id)
  expect(await task.ended).toBe('completed')
  const short = task.id.slice(-10).toLowerCase()
  return { ...task, branch: `countersign/${short}`, root: join(world.folder, 'worktrees', short, 'project') }
}
const finish = ({ id }: { id: string }, how: Ending) => world.submit(`${how} it`, { finish: { task: id, how } })
const at = (path: string) => join(world.project, path)
const branches = (folder = world.project) =>
  git(folder, 'for-each-ref', '--format=%(refname:short)', 'refs/heads').split('\n')
const ended = (task: WatchedTask) => task.events.all.findLast((event) => event.type === 'state')

test('apply: the changes are in the project’s folder, not committed, and the worktree is gone', async () => {
  const before = stateOf(world.project)
  const task = await written()
  const ending = await finish(task, 'apply')
  expect(await ending.ended).toBe('completed')
  expect(readFileSync(at('hello.txt'), 'utf8')).toBe('hello\n')
  expect(existsSync(task.root)).toBe(false)
  expect(stateOf(world.project)).toEqual({ ...before, status: '?? hello.txt' })
  expect(await (await finish(task, 'apply')).ended).toBe('rejected')
  rmSync(at('hello.txt'))
})

test('apply refuses what would write over something uncommitted, changes nothing, and can be done again', async () => {
  const task = await world.submit('Greet. [[act:demo]]', { place: 'worktree' })
  await approve((await next()).id)
  expect(await task.ended).toBe('completed')
  writeFileSync(at('src/greet.js'), '// mine\n')
  const before = stateOf(world.project)
  const ending = await finish(task, 'apply')
  expect(await ending.ended).toBe('failed')
  expect(ended(ending)).toMatchObject({ code: 'work_conflicts', detail: expect.stringContaining('src/greet.js') })
  expect(stateOf(world.project)).toEqual(before)
  expect(readFileSync(at('src/greet.js'), 'utf8')).toBe('// mine\n')
  expect(existsSync(at('legacy'))).toBe(true)
  git(world.project, 'checkout', '--', '.')
  // What is uncommitted elsewhere is in nobody's way.
  writeFileSync(at('package.json'), `${readFileSync(at('package.json'), 'utf8')}\n`)
  expect(await (await finish(task, 'apply')).ended).toBe('completed')
  expect(git(world.project, 'status', '--porcelain').split('\n')).toContain(' M package.json')
  expect(existsSync(at('legacy'))).toBe(false)
  git(world.project, 'checkout', '--', '.')
})

test('keep: one commit on the branch holds it all, and the folder is gone', async () => {
  const before = stateOf(world.project)
  const task = await written()
  expect(await (await finish(task, 'keep')).ended).toBe('completed')
  expect(existsSync(task.root)).toBe(false)
  expect(git(world.project, 'show', `${task.branch}:hello.txt`)).toBe('hello')
  expect(git(world.project, 'log', '--format=%s', `HEAD..${task.branch}`)).toBe('Say hello. [[act:write]]')
  git(world.project, 'branch', '-D', task.branch)
  expect(stateOf(world.project)).toEqual(before)
})

test('discard: nothing of it is left', async () => {
  const before = stateOf(world.project)
  const task = await written()
  expect(await (await finish(task, 'discard')).ended).toBe('completed')
  expect(existsSync(task.root)).toBe(false)
  expect(stateOf(world.project)).toEqual(before)
})

test('push: one approval of tier 2 shows the line; denied, nothing is sent; approved, the remote has the branch', async () => {
  const task = await written()
  const refused = await finish(task, 'push')
  const asked = await next()
  must(await world.device.decide({ approvalId: asked.id, answer: 'deny', shown: { where: 'app', whole: true } }))
  expect(await refused.ended).toBe('rejected')
  expect(branches(remote)).not.toContain(task.branch)
  const ending = await finish(task, 'push')
  const { id, operation } = await next()
  const commit = git(world.project, 'rev-parse', task.branch)
  expect(operation).toMatchObject({ tier: 2, command: `git push origin ${commit}:refs/heads/${task.branch}` })
  expect(branches(remote)).not.toContain(task.branch)
  await approve(id)
  expect(await ending.ended).toBe('completed')
  expect(git(remote, 'rev-parse', task.branch)).toBe(commit)
  expect(existsSync(task.root)).toBe(false)
  expect(branches()).toContain(task.branch)
})

test('a push that the remote does not take says so, and the work is still there', async () => {
  const task = await written()
  const hook = join(remote, 'hooks/pre-receive')
  writeFileSync(hook, '#!/bin/sh\necho not today >&2\nexit 1\n', { mode: 0o755 })
  const ending = await finish(task, 'push')
  await approve((await next()).id)
  expect(await ending.ended).toBe('failed')
  expect(ended(ending)).toMatchObject({ code: 'work_push_failed' })
  expect(existsSync(join(task.root, 'hello.txt'))).toBe(true)
  rmSync(hook)
  expect(await (await finish(task, 'discard')).ended).toBe('completed')
})

test('pull request: without gh nobody is asked, and it says what to do; with gh one approval of tier 3 pushes and opens it', async () => {
  const task = await written()
  const gh = (signedIn: boolean) => {
    const record = join(world.folder, 'gh.jsonl')
    writeFileSync(
      join(programs, 'gh'),
      `#!${process.execPath}\nconst { appendFileSync } = require('node:fs')\nconst args = process.argv.slice(2)\n` +
        `if (args[0] === 'auth') process.exit(${signedIn ? 0 : 1})\n` +
        `appendFileSync(${JSON.stringify(record)}, JSON.stringify(args) + '\\n')\nconsole.log('https://github.example/o/r/pull/7')\n`,
    )
    chmodSync(join(programs, 'gh'), 0o755)
    return () =>
      readFileSync(record, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as string[])
  }
  if (!existsSync('/usr/bin/gh')) {
    const without = await finish(task, 'pull-request')
    expect(await without.ended).toBe('failed')
    expect(ended(without)).toMatchObject({ code: 'work_gh_missing' })
  }
  gh(false)
  const signedOut = await finish(task, 'pull-request')
  expect(await signedOut.ended).toBe('failed')
  expect(ended(signedOut)).toMatchObject({ code: 'work_gh_missing', detail: expect.stringContaining('signed in') })
  const calls = gh(true)
  const ending = await finish(task, 'pull-request')
  const { id, operation, gesture } = await next()
  expect({ tier: operation.tier, gesture }).toEqual({ tier: 3, gesture: 'passkey' })
  const early = await world.device.decide({ approvalId: id, answer: 'approve', shown: { where: 'app', whole: true } })
  expect(early.ok).toBe(false)
  expect(branches(remote)).not.toContain(task.branch)
  must(
    await world.device.decide({
      approvalId: id,
      answer: 'approve',
      gesture: 'passkey',
      shown: { where: 'app', whole: true },
      assert: async ({ challenge }) => ({ ok: true, value: authenticator.assert(challenge) }),
    }),
  )
  expect(await ending.ended).toBe('completed')
  expect(branches(remote)).toContain(task.branch)
  const main = git(world.project, 'rev-parse', '--abbrev-ref', 'HEAD')
  expect(calls()).toEqual([
    expect.arrayContaining([
      'pr',
      'create',
      '--head',
      task.branch,
      '--base',
      main,
      '--title',
      'Say hello. [[act:write]]',
    ]),
  ])
  expect(ending.events.all).toContainEqual(
    expect.objectContaining({ type: 'notice', text: 'The pull request is open: https://github.example/o/r/pull/7' }),
  )
})

test('a task that works, or has no worktree, has no ending', async () => {
  const here = await world.submit('Say it. [[act:say]]')
  expect(await here.ended).toBe('completed')
  const none = await finish(here, 'apply')
  expect(await none.ended).toBe('rejected')
  expect(ended(none)).toMatchObject({ code: 'work_not_found' })
  const works = await world.submit('Wait. [[act:slow]]', { place: 'worktree' })
  await works.events.until((event) => event.type === 'state' && event.state === 'working')
  const early = await finish(works, 'discard')
  expect(await early.ended).toBe('rejected')
  expect(ended(early)).toMatchObject({ code: 'work_not_ended' })
  must(await world.device.sendInput({ hostId: world.hostId, taskId: works.id, kind: 'cancel' }))
  expect(await works.ended).toBe('canceled')
  expect(readdirSync(join(world.folder, 'worktrees'))).toEqual([])
})
