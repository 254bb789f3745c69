import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addPasskey } from '#client/add-passkey.ts'
import type { AskAuthenticator } from '#client/decide.ts'
import { controlPath } from '#host-agent/control/control-path.ts'
import type { SandboxWish } from '#host-agent/sandbox/host-sandbox.ts'
import { ok } from '#protocol/errors.ts'
import { type HostWorld, must, openHostWorld, scriptedAgent } from '#test/support/agents/host-world.ts'
import { createAuthenticator } from '#test/support/authenticator.ts'
import { suite } from '#test/support/needs.ts'
import { usualSandbox } from '#test/support/sandbox/usual-sandbox.ts'

// Tasks of a host with its sandbox on, by the relay and a paired device; commands, because they do exactly what the test says.
suite('a host with its sandbox', { needs: ['bwrap', 'socat', 'git'] }, () => {
  let world: HostWorld
  let outside: string
  let server: Server
  let policy: string
  let authenticator: ReturnType<typeof createAuthenticator>
  beforeAll(async () => {
    outside = mkdtempSync(join(process.getuid?.() === 0 ? '/srv' : homedir(), 'countersign-outside-'))
    writeFileSync(join(outside, 'notes.txt'), 'from outside')
    server = createServer((request, response) => response.end(`hello ${request.headers.host}`))
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as AddressInfo
    const sandbox: SandboxWish = {
      ...usualSandbox,
      mode: 'required',
      firewallStrict: true,
      resolve: async () => ['203.0.113.10'],
      dial: async () => connect({ host: '127.0.0.1', port }),
    }
    world = await openHostWorld()
    authenticator = createAuthenticator(world.relay.origin)
    must(await addPasskey(world.device.context, { passkey: authenticator.passkey }))
    // The policy lies in the project, where it is the hardest to keep from an agent.
    policy = join(world.project, '.countersign/policy.yaml')
    await world.stopHost()
    const state = join(outside, 'agent')
    mkdirSync(state)
    await world.startHost({
      policyPath: policy,
      agentCommand: `${process.execPath} ${scriptedAgent} --state ${state} --act read-outside --lists --meddles`,
      sandbox: { ...sandbox, writeRoots: [state] },
    })
  })
  afterAll(async () => {
    await world?.close()
    server?.closeAllConnections()
    server?.close()
    rmSync(outside, { recursive: true, force: true })
  })
  const known = new Set<string>()

  /** Waits for the next question, answers it, and tells what was asked. */
  async function answer(kind: 'approve' | 'deny', by?: 'passkey') {
    const { id } = await world.nextApproval(known)
    known.add(id)
    const { approval } = must(await world.device.approval(id))
    const assert: AskAuthenticator = async ({ challenge }) => ok(authenticator.assert(challenge))
    const proof = by && kind === 'approve' ? { gesture: by, assert } : {}
    must(await world.device.decide({ approvalId: id, answer: kind, shown: { where: 'app', whole: true }, ...proof }))
    return approval.operation
  }
  /** A program of the project, run as a task: what it does is not judged beforehand, so what happens is the sandbox's doing. */
  async function runs(script: string) {
    writeFileSync(join(world.project, 'probe.mjs'), script)
    const task = await world.submit('node probe.mjs', { agent: 'command' })
    await answer('approve')
    return task
  }
  const ownFiles = (folder: string) =>
    Object.fromEntries(
      readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => [name, readFileSync(join(folder, name), 'utf8')]),
    )
  const said = (task: Awaited<ReturnType<HostWorld['submit']>>) =>
    task.events.all.flatMap((event) => (event.type === 'output' ? [event.text] : [])).join('')

  test('a command runs in it: a HOME of its own, the project, and nothing of the host agent’s', async () => {
    const task = await runs(`
      import { existsSync, readdirSync, writeFileSync } from 'node:fs'
      const own = ${JSON.stringify(['host', 'relay', 'sandbox'].map((name) => join(world.folder, name)))}
      console.log(process.env.HOME, own.flatMap((path) => existsSync(path) ? readdirSync(path) : []).length)
      writeFileSync('made.txt', 'made')`)
    expect(await task.ended).toBe('completed')
    expect(said(task)).toContain('/sandbox/home 0')
    expect(readFileSync(join(world.project, 'made.txt'), 'utf8')).toBe('made')
    expect(task.events.all.find((event) => event.type === 'title')).toMatchObject({ protection: 'isolated' })
  })

  test('the agent can’t approve itself: keys, journal, policy and socket don’t exist inside, and nothing it does reaches them', async () => {
    const host = join(world.folder, 'host')
    const before = ownFiles(host)
    const task = await runs(`
      import { execFileSync } from 'node:child_process'
      import { appendFileSync, linkSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
      import { connect } from 'node:net'
      const host = ${JSON.stringify(host)}, folder = ${JSON.stringify(world.folder)}
      const socket = ${JSON.stringify(controlPath(world.folder))}, policy = ${JSON.stringify(policy)}
      const tries = {
        keys: () => readFileSync(host + '/keys.json'),
        journal: () => appendFileSync(host + '/journal.jsonl', 'x'),
        pin: () => writeFileSync(host + '/team.json', '{}'),
        policy: () => { if (readFileSync(policy).length === 0) throw 0 },
        overwrite: () => writeFileSync(policy, 'version: 1'),
        link: () => { symlinkSync(host, 'link-to-host'); readFileSync('link-to-host/keys.json') },
        hardlink: () => linkSync(host + '/keys.json', 'keys'),
        away: () => renameSync('.countersign', 'moved'),
        above: () => { renameSync(folder + '/host', folder + '/moved') },
        parent: () => readFileSync('/proc/${process.pid}/root' + host + '/keys.json'),
        environment: () => readFileSync('/proc/${process.pid}/environ'),
        signal: () => process.kill(${process.pid}, 0),
        trace: () => execFileSync('/bin/sh', ['-c', 'kill -9 ${process.pid}']),
      }
      for (const [name, run] of Object.entries(tries)) try { run(); console.log('could', name) } catch { console.log('not', name) }
      connect(socket).once('connect', () => console.log('could socket')).once('error', () => console.log('not socket'))`)
    await task.ended
    expect(said(task)).not.toMatch(/could/)
    expect(said(task).match(/not \w+/g)).toHaveLength(14)
    // The journal goes on while the host works; nothing else changes, and what was written stays.
    const after = ownFiles(host)
    expect(after['journal.jsonl']?.startsWith(before['journal.jsonl'] ?? '?')).toBe(true)
    expect({ ...after, 'journal.jsonl': '' }).toEqual({ ...before, 'journal.jsonl': '' })
    expect(readFileSync(policy, 'utf8')).toContain('rules')
  })

  test('a path that it kept is asked for with the command, opened alone, and the command runs once more', async () => {
    const script = `import { readFileSync } from 'node:fs'; console.log(readFileSync('${outside}/notes.txt', 'utf8'))`
    const task = await runs(script)
    const operation = await answer('approve')
    expect(operation).toMatchObject({
      kind: 'sandbox',
      driver: 'host',
      command: 'node probe.mjs',
      tier: 2,
      files: [{ path: join(outside, 'notes.txt'), change: 'read' }],
    })
    expect(await task.ended).toBe('completed')
    expect(said(task)).toContain('from outside')
    const denied = await runs(script)
    await answer('deny')
    expect(await denied.ended).toBe('failed')
    expect(said(denied)).not.toContain('from outside')
  })

  test('an agent that met a closed path is started anew in its session once a person has opened it', async () => {
    writeFileSync(join(world.project, 'where.txt'), join(outside, 'notes.txt'))
    const task = await world.submit('Read it.', { agent: 'custom' })
    expect(await answer('approve')).toMatchObject({
      kind: 'sandbox',
      command: null,
      files: [{ path: join(outside, 'notes.txt'), change: 'read' }],
    })
    expect(await task.ended).toBe('completed')
    expect(said(task)).toMatch(/No such file[\s\S]*from outside/)
  })

  test('what no path and no host opens is asked for as one run without the sandbox: tier 3, once, and not remembered', async () => {
    const script = `
      import { createServer } from 'node:net'
      createServer().listen('made.sock', () => { console.log('listens', process.env.HOME); process.exit() })`
    for (const kind of ['deny', 'approve', 'deny'] as const) {
      const task = await runs(script)
      const operation = await answer(kind, 'passkey')
      expect(operation).toMatchObject({
        kind: 'sandbox',
        driver: 'host',
        command: 'node probe.mjs',
        tier: 3,
        files: [],
      })
      expect(operation.executable?.path).toMatch(/node$/)
      expect(await task.ended).toBe(kind === 'approve' ? 'completed' : 'failed')
      expect(said(task).includes(`listens ${process.env.HOME}`)).toBe(kind === 'approve')
    }
  })

  test('a program that fails by itself is not offered a way out', async () => {
    const task = await runs('process.exit(3)')
    expect(await task.ended).toBe('failed')
    expect(task.events.all.filter((event) => event.type === 'approval' && event.request)).toHaveLength(1)
  })

  test('a host that is not allowed is asked for while the program waits, and opened at that port alone', async () => {
    const task = await runs(`
      const ask = (url) => fetch(url).then((r) => r.text(), (e) => 'no')
      console.log(await ask('http://first.example/'))
      console.log(await ask('http://first.example/'))
      console.log(await ask('http://second.example:81/'))`)
    expect(await answer('approve')).toMatchObject({ kind: 'sandbox', hosts: ['first.example'], tier: 2, command: null })
    expect(await answer('deny')).toMatchObject({ kind: 'sandbox', hosts: ['second.example'] })
    expect(await task.ended).toBe('completed')
    expect(said(task).match(/hello first\.example/g)).toHaveLength(2)
    expect(said(task)).toMatch(/\nno\n/)
    expect(task.events.all).toContainEqual(expect.objectContaining({ type: 'notice', code: 'sandbox_host_blocked' }))
  })

  test('an agent that is asked for its sessions can’t write into the project meanwhile', async () => {
    const list = { agent: 'custom' }
    const { id } = must(
      await world.device.sendInput({ hostId: world.hostId, taskId: null, kind: 'list-sessions', list }),
    )
    const find = async () =>
      must(await world.device.hosts())[0]?.status?.listings?.find(({ input }) => input === id)?.sessions
    await expect.poll(find, { timeout: 30_000 }).toBeDefined()
    expect(readFileSync(join(outside, 'agent', 'kept-out'), 'utf8')).toMatch(/EROFS|EACCES/)
    expect(existsSync(join(world.project, 'meddled.txt'))).toBe(false)
  })
})
