import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { sealAttachments } from '#client/attach.ts'
import { listHosts } from '#client/list-hosts.ts'
import { type HostWorld, must, openHostWorld } from '#test/support/agents/host-world.ts'
import { type ChatAnswer, type ChatServer, startChatServer } from '#test/support/models/chat-server.ts'
import { git } from '#test/support/worktree/repository.ts'
import { webCrypto } from '#trust/web-crypto.ts'

// A question goes to a model behind OpenAI's chat completions, over a real relay and host; the models are servers on loopback.
let world: HostWorld
let first: ChatServer
let second: ChatServer
let script: (index: number) => ChatAnswer = () => ({ say: 'Nothing.' })
let backup: (index: number) => ChatAnswer = () => ({ say: 'Nothing.' })
const key = 'a key that nobody may see 4711'

beforeAll(async () => {
  first = await startChatServer((_request, index) => script(index))
  second = await startChatServer((_request, index) => backup(index))
  world = await openHostWorld({ host: { environment: { ...process.env, QUESTIONS_KEY: key } } })
  await world.stopHost()
  writeFileSync(
    join(world.folder, 'host/models.yaml'),
    `version: 1
readers:
  - name: questions
    models:
      - { baseUrl: ${first.url}, model: small, keyEnv: QUESTIONS_KEY }
      - { baseUrl: ${second.url}, model: other }
routes:
  - { name: cheap, intents: [explain], agent: questions }
  - { name: gone, agent: not-here }
`,
  )
  writeFileSync(
    join(world.folder, 'host/policy.yaml'),
    'version: 1\nrules:\n  - { match: { path: ["private/**"] }, verdict: deny }\n  - { match: { tier: 0 }, verdict: allow }\n',
  )
  mkdirSync(join(world.project, 'private'))
  writeFileSync(join(world.project, 'private/plans.txt'), 'the plans')
  writeFileSync(
    join(world.project, 'notes.txt'),
    'The answer is 42.\nAPI_TOKEN=ghp_0123456789abcdefghijABCDEFGHIJ012345\n',
  )
  writeFileSync(join(world.project, '.env'), 'PASSWORD=hunter22hunter22\n')
  writeFileSync(join(world.folder, 'outside.txt'), 'outside')
  symlinkSync(join(world.folder, 'outside.txt'), join(world.project, 'link.txt'))
  await world.startHost()
})
beforeEach(() => {
  first.requests.length = 0
  second.requests.length = 0
})
afterEach(() => {
  script = backup = () => ({ say: 'Nothing.' })
})
afterAll(async () => {
  await world.close()
  await first.close()
  await second.close()
})

const said = (events: readonly { type: string }[]) =>
  events.flatMap((event) => (event.type === 'message' && 'text' in event ? [event.text] : [])).join('')
const told = (server: ChatServer) =>
  (server.requests.at(-1)?.messages ?? []).filter(({ role }) => role === 'tool').map(({ content }) => content ?? '')

test('the host tells which routes it has; one to an agent that it has not is none', async () => {
  await expect
    .poll(async () => must(await listHosts(world.device.context))[0]?.status?.routes, { timeout: 30_000 })
    .toEqual([{ name: 'cheap', intents: ['explain'], agent: 'questions' }])
})

test('a picture that goes along with a question is said to be unseen, and the question is answered', async () => {
  script = () => ({ say: 'It is 42.' })
  const picture = { name: 'shot.png', mime: 'image/png', content: Buffer.from('any bytes') } as const
  const task = await world.submit('What is the answer?', {
    agent: 'questions',
    attachments: await sealAttachments(webCrypto, [picture]),
  })
  expect(await task.ended).toBe('completed')
  expect(said(task.events.all)).toContain('It is 42.')
  expect(task.events.all.filter((event) => event.type === 'notice' && event.code === 'unseen')).toHaveLength(1)
})

test('a question is answered over the project’s files, without what is secret in them or not the model’s', async () => {
  script = (index) =>
    [
      {
        calls: [
          { name: 'list_files', input: { prefix: '' } },
          { name: 'search', input: { text: 'answer is' } },
          { name: 'read_file', input: { path: 'notes.txt', line: 1 } },
        ],
      },
      {
        calls: [
          ...['.env', 'link.txt', '../outside.txt', 'private/plans.txt'].map((path) => ({
            name: 'read_file',
            input: { path, line: 1 },
          })),
          { name: 'write_file', input: { path: 'notes.txt', text: '' } },
        ],
      },
      { say: 'It is 42, as notes.txt says.' },
    ][index] as ChatAnswer
  // Asked for or not, a worktree would lack what is not committed yet.
  const task = await world.submit('What is the answer?', { agent: 'questions', place: 'worktree' })
  expect(await task.ended).toBe('completed')
  expect(said(task.events.all)).toContain('It is 42, as notes.txt says.')
  const [list, found, read, ...refusals] = told(first)
  expect(list).toContain('notes.txt')
  expect(list).not.toContain('.env')
  expect(found).toContain('notes.txt:1: The answer is 42.')
  expect(read).toContain('The answer is 42.')
  expect(refusals).toHaveLength(5)
  const whole = JSON.stringify(first.requests.map(({ messages }) => messages))
  for (const secret of ['ghp_', 'hunter22', 'the plans', key]) expect(whole).not.toContain(secret)
  expect(refusals.join('\n')).not.toContain('outside')
  expect(first.requests[0]).toMatchObject({ model: 'small', authorization: `Bearer ${key}` })
  expect(second.requests).toEqual([])
})

test('what fixed a bug is answered from the history, past the policy, without secrets or files that are some', async () => {
  const at = (name: string) => join(world.project, name)
  const commit = (message: string) => {
    git(world.project, 'add', '--force', 'src', 'private', '.env')
    git(world.project, 'commit', '--quiet', '--message', message)
    return git(world.project, 'rev-parse', 'HEAD')
  }
  const plans = commit('Plans')
  writeFileSync(at('src/greet.js'), "export const greet = (name) => 'hello ' + name\n")
  const fix = commit(
    'Fix the crash of greet when nobody is named\n\nAPI_TOKEN=ghp_0123456789abcdefghijABCDEFGHIJ012345',
  )
  script = (index) =>
    [
      {
        calls: [
          { name: 'history', input: { path: '', text: 'crash', from: '' } },
          { name: 'show_commit', input: { commit: fix, path: '' } },
          { name: 'blame', input: { path: 'src/greet.js', line: 1 } },
        ],
      },
      {
        calls: [
          { name: 'show_commit', input: { commit: plans, path: '' } },
          { name: 'show_commit', input: { commit: plans, path: '.env' } },
          { name: 'history', input: { path: 'private/plans.txt', text: '', from: '' } },
          { name: 'blame', input: { path: 'private/plans.txt', line: 1 } },
          { name: 'show_commit', input: { commit: 'HEAD', path: '' } },
        ],
      },
      { say: `It was fixed in ${fix.slice(0, 7)}.` },
    ][index] as ChatAnswer
  const task = await world.submit('What is the fix for the crash of greet?', { agent: 'questions' })
  expect(await task.ended).toBe('completed')
  expect(said(task.events.all)).toContain(`It was fixed in ${fix.slice(0, 7)}.`)
  const [log, shown, blamed, ...refusals] = told(first)
  expect(log).toMatch(new RegExp(`^${fix.slice(0, 7)} .* Fix the crash of greet`))
  expect(shown).toContain('+export const greet = (name)')
  expect(blamed).toContain(fix.slice(0, 7))
  expect(refusals).toEqual([
    'This was not allowed.',
    expect.stringContaining('Plans'),
    'This was not allowed.',
    'This was not allowed.',
    'There is no such commit.',
  ])
  const whole = JSON.stringify(first.requests.map(({ messages }) => messages))
  for (const secret of ['ghp_', 'hunter22', 'the plans']) expect(whole).not.toContain(secret)
  const titles = task.events.all.flatMap((event) => (event.type === 'tool' ? [event.title] : []))
  expect(titles).toContain('History of the project: “crash”')
})

test('where a model fails the next one goes on with what was read, and nothing is read again', async () => {
  script = (index) =>
    index === 0 ? { calls: [{ name: 'read_file', input: { path: 'notes.txt', line: 1 } }] } : { status: 503 }
  backup = () => ({ say: 'Still 42.' })
  const task = await world.submit('What is the answer?', { agent: 'questions' })
  expect(await task.ended).toBe('completed')
  expect(said(task.events.all)).toContain('Still 42.')
  expect(task.events.all.filter(({ type }) => type === 'tool')).toHaveLength(1)
  expect(told(second)).toHaveLength(1)
  expect(second.requests[0]?.authorization).not.toContain(key)
  expect(JSON.stringify(task.events.all)).toContain('model_failed')
})

test('what a model said before it failed stays, marked as unfinished, and the next one answers anew', async () => {
  script = () => ({ say: 'The answer is forty-', cut: true })
  backup = () => ({ say: 'It is 42.' })
  const task = await world.submit('What is the answer?', { agent: 'questions' })
  expect(await task.ended).toBe('completed')
  const told = task.events.all.flatMap((event) =>
    event.type === 'message' && event.role === 'agent' ? [event.text] : event.type === 'notice' ? [event.text] : [],
  )
  const whole = told.join('|').replace(/\|(?!small)/g, '')
  expect(whole).toMatch(
    /The answer is forty-\|small failed: .+\. What it said is unfinished\. other answers anew\.It is 42\./,
  )
  // Half an answer is none: the next model is not told of it.
  expect(second.requests.at(-1)?.messages.map(({ role }) => role)).toEqual(['system', 'user'])
})

test('of its models the chosen one is asked first; one that it has not is refused', async () => {
  backup = () => ({ say: 'I was chosen.' })
  const chosen = await world.submit('What is the answer?', { agent: 'questions', choose: { model: 'other' } })
  expect(await chosen.ended).toBe('completed')
  expect(said(chosen.events.all)).toContain('I was chosen.')
  expect(first.requests).toEqual([])
  const unknown = await world.submit('What is the answer?', { agent: 'questions', choose: { model: 'gone' } })
  expect(await unknown.ended).toBe('rejected')
  expect(JSON.stringify(unknown.events.all)).toContain('choice_unknown')
})

test('where no model answers the task fails and says so', async () => {
  script = backup = () => ({ status: 400 })
  const task = await world.submit('What is the answer?', { agent: 'questions' })
  expect(await task.ended).toBe('failed')
  expect(JSON.stringify(task.events.all)).toContain('model_unavailable')
})
