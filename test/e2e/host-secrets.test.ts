import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { connectControl } from '#host-agent/control/control-client.ts'
import type { HookEvent } from '#host-agent/hooks/hook-event.ts'
import { type HostWorld, must, openHostWorld, type WatchedTask } from '#test/support/agents/host-world.ts'
import { partsOf, seededSecrets } from '#test/support/secrets.ts'
import { git } from '#test/support/worktree/repository.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'

// What leaves a host, read before it is sealed: a real relay, host, device and agent process; commands, files, reports, hooks and endings are full of secrets.
const corpus = seededSecrets()
const known = corpus[0]?.secret.split('').reverse().join('') ?? ''
const sealed: string[] = []
const logged: string[] = []
const sent: string[] = []
let world: HostWorld
let remote: string
let programs: string

beforeAll(async () => {
  const { aesSeal } = nodeCrypto
  vi.spyOn(nodeCrypto, 'aesSeal').mockImplementation((key, nonce, aad, plaintext) => {
    sealed.push(new TextDecoder().decode(plaintext))
    return aesSeal(key, nonce, aad, plaintext)
  })
  const log = { info: (fields: object, message: string) => void logged.push(JSON.stringify({ ...fields, message })) }
  world = await openHostWorld({ log })
  programs = join(world.folder, 'bin')
  mkdirSync(programs)
  remote = join(world.folder, 'remote.git')
  git(world.folder, 'init', '--quiet', '--bare', remote)
  git(world.project, 'remote', 'add', 'origin', remote)
  writeFileSync(join(world.project, 'corpus.json'), JSON.stringify({ corpus, known }))
  git(world.project, 'add', '--all')
  git(world.project, 'commit', '--quiet', '--message', 'Corpus')
  await world.stopHost()
  await world.startHost({
    environment: {
      ...process.env,
      PATH: `${programs}:${process.env.PATH}`,
      GH_CONFIG_DIR: world.folder,
      PROVIDER_API_KEY: known,
    },
    fetch: (input, init) => {
      if (typeof init?.body === 'string') sent.push(init.body)
      return fetch(input, init)
    },
  })
})
afterAll(async () => {
  vi.restoreAllMocks()
  await world.close()
})

/** The statements among what was sealed, with their payloads in clear. */
const statements = (): string[] =>
  sealed.map((text) => {
    const [, payload] = /^[\s\S]*?eyJ[\w-]+\.([\w-]+)\.[\w-]+/.exec(text) ?? []
    return payload === undefined ? text : Buffer.from(payload, 'base64url').toString('utf8')
  })

/** All that has left the host since the last look. */
function left(): { clear: string[]; all: string } {
  const clear = statements()
  const all = [...clear, ...logged, ...sent].join('\n')
  for (const list of [sealed, logged, sent]) list.length = 0
  return { clear, all }
}

function expectNoSecret(all: string): void {
  const leaked = corpus.filter(({ secret }) =>
    partsOf(secret).some((part) => all.includes(part) || all.includes(JSON.stringify(part).slice(1, -1))),
  )
  expect(leaked.map(({ form, secret }) => `${form} ${secret.slice(0, 12)}`)).toEqual([])
  expect(all).not.toContain(known)
}

const marks = (texts: readonly string[]) => texts.filter((text) => text.includes('⟨secret ')).length
const asked = new Set<string>()
const deny = async (id: string) => {
  asked.add(id)
  must(await world.device.decide({ approvalId: id, answer: 'deny', shown: { where: 'app', whole: true } }))
}

/** Denies whatever is asked until this is over; three denials pause a session, so it is resumed. */
async function denyAll(over: Promise<unknown>, task?: WatchedTask): Promise<number> {
  const ended = over.then(() => null)
  for (let count = 0; ; count += 1) {
    const next = await Promise.race([ended, world.nextApproval(asked)])
    if (next === null) return count
    await deny(next.id)
    if (task && count % 3 === 2)
      must(await world.device.sendInput({ hostId: world.hostId, taskId: task.id, kind: 'resume' }))
  }
}

const several = { timeout: 240_000 }

test(`none of ${corpus.length} secrets leaves the host in an envelope, a push or a log`, several, async () => {
  const task = await world.submit('[[act:corpus]]', { place: 'project' })
  const questions = await denyAll(task.ended, task)
  expect(await task.ended).toBe('completed')
  const { clear, all } = left()
  // The agent's words, commands, files and outputs did travel, without what was secret in them.
  expect(questions).toBeGreaterThanOrEqual(27)
  expect(marks(clear)).toBeGreaterThan(100)
  for (const word of ['npm run deploy', 'all is well', 'said the agent', '"digest"']) expect(all).toContain(word)
  expectNoSecret(all)
})

test('nor in a test report, printed or written', several, async () => {
  const task = await world.submit('[[act:corpus-reports]]', { place: 'project' })
  await denyAll(task.ended, task)
  expect(await task.ended).toBe('completed')
  const { all } = left()
  const told = task.events.all.filter((event) => event.type === 'tests')
  expect(told.length).toBeGreaterThan(100)
  expect(marks(told.map((event) => JSON.stringify(event)))).toBeGreaterThan(100)
  expectNoSecret(all)
})

test('nor from a session in a terminal, in what its tools are about to do', several, async () => {
  for (let at = 0; at < corpus.length; at += 25) {
    const some = corpus.slice(at, at + 25)
    const said: HookEvent = {
      session_id: `session-${at}`,
      cwd: world.project,
      hook_event_name: 'PermissionRequest',
      tool_name: 'Bash',
      tool_input: { command: some.map(({ command }) => command).join(' ; '), description: some[0]?.output },
    }
    const path = join(world.project, `${at}.txt`)
    const written = { file_path: path, content: some.map(({ file }) => file).join('\n') }
    for (const event of [said, { ...said, tool_name: 'Write', tool_input: written }]) {
      const control = must(await connectControl(world.folder))
      control.send({ verb: 'hook', agent: 'claude-code', wait: true, event })
      await deny((await world.nextApproval(asked)).id)
      for await (const answer of control.events) if (answer.event === 'hook') break
      control.close()
    }
  }
  const { clear, all } = left()
  expect(marks(clear)).toBeGreaterThan(80)
  expectNoSecret(all)
})

test(
  'nor in a diff, the names of strayed files, and all that an ending asks, says, pushes and opens',
  several,
  async () => {
    const named = corpus.filter(({ form }) => form === 'github').slice(0, 3)
    // A title is cut at its seventy-second character: in the middle of this.
    const words = `[[act:corpus-files]] Sign in with ${named.map(({ secret }) => secret).join(' and ')}`
    const task = await world.submit(words, { place: 'worktree' })
    expect(await task.ended).toBe('failed')
    const diff = task.events.all.findLast((event) => event.type === 'diff')
    expect(diff).toMatchObject({ blob: expect.anything() })
    const record = join(world.folder, 'gh.jsonl')
    writeFileSync(
      join(programs, 'gh'),
      `#!${process.execPath}\nrequire('node:fs').appendFileSync(${JSON.stringify(record)}, JSON.stringify(process.argv.slice(2)) + '\\n')\n`,
    )
    chmodSync(join(programs, 'gh'), 0o755)
    const ending = await world.submit('open it', { finish: { task: task.id, how: 'pull-request' } })
    const { id } = await world.nextApproval(asked)
    asked.add(id)
    const { approval } = must(await world.device.approval(id))
    expect(marks(approval.operation.files.map(({ path }) => path))).toBeGreaterThan(0)
    must(
      await world.device.decide({
        approvalId: id,
        answer: 'approve',
        gesture: 'read',
        shown: { where: 'app', whole: true },
      }),
    )
    const line = must(await world.device.approval((await world.nextApproval(asked)).id)).approval
    expect(line.operation.command).toContain('gh pr create')
    await deny(line.id)
    expect(await ending.ended).not.toBe('completed')
    const kept = await world.submit('keep it', { finish: { task: task.id, how: 'keep' } })
    expect(await kept.ended).toBe('completed')
    const message = git(world.project, 'log', '-1', '--format=%B', `countersign/${task.id.slice(-10).toLowerCase()}`)
    expect(message).toContain('Sign in with ⟨secret 1⟩')
    const status = must(await world.device.hosts())[0]?.status
    const { all } = left()
    expect(all).toContain('"worktrees"')
    expectNoSecret(`${all}\n${message}\n${JSON.stringify(status)}\n${line.operation.command}`)
    // Not even the beginning of one that a title cut in two.
    for (const { secret } of named) expect(`${message}${line.operation.command}`).not.toContain(secret.slice(0, 8))
    expect(readFileSync(record, 'utf8')).toContain('auth')
  },
)
