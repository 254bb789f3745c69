import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Sandbox } from '#host-agent/sandbox/sandbox.ts'
import { suite } from '../support/needs.ts'
import { type Registry, startRegistry } from '../support/registry.ts'
import { makeWorld, run, type World } from '../support/sandbox/world.ts'

suite('npm and models inside a sandbox', { needs: ['bwrap', 'socat', 'git'] }, () => {
  let folder = ''
  let world: World
  let registry: Registry
  let sandbox: Sandbox
  beforeAll(async () => {
    const base = process.getuid?.() === 0 ? '/srv' : join(homedir(), '.cache')
    mkdirSync(base, { recursive: true })
    folder = mkdtempSync(join(base, 'countersign-sandbox-'))
    registry = await startRegistry('https://registry.npmjs.org', [
      { name: 'left', version: '1.2.3', files: { 'index.js': 'module.exports = 7' } },
    ])
  })
  afterAll(() => {
    registry.close()
    rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(async () => {
    world = await makeWorld(folder)
    rmSync(join(world.project, '.npmrc'))
    const target = { host: '127.0.0.1', port: registry.port, tls: false }
    sandbox = await world.open({
      routes: [{ host: 'registry.npmjs.org', target, headers: {}, env: {}, kind: 'registry' }],
    })
    writeFileSync(
      join(world.project, 'package.json'),
      '{"name":"mine","version":"1.0.0","scripts":{"prepublishOnly":"touch ran","test":"node -p 1+1"}}',
    )
    registry.requests.length = 0
  })
  afterEach(() => world.close())

  test('npm install works, by TLS that the proxy ends, with its audit', async () => {
    const { all, code } = await run(
      sandbox,
      'npm install left --audit=true --no-fund 2>&1 && node -p "require(\'left\')" && npm test',
    )
    expect({ all, code }).toMatchObject({ code: 0, all: expect.stringMatching(/7\n[\s\S]*2\n/) })
    expect(registry.requests).toContain('GET /left/-/left-1.2.3.tgz')
    expect(registry.requests.some((request) => request.startsWith('POST /-/npm/v1/security/'))).toBe(true)
    expect(existsSync(join(world.project, 'node_modules/left/index.js'))).toBe(true)
    expect(world.violations).toEqual([])
  })

  test('npm publish is refused before its scripts run', async () => {
    const { all, code } = await run(sandbox, 'npm publish --//registry.npmjs.org/:_authToken=x 2>&1')
    expect(code).not.toBe(0)
    expect(all).toContain('sandbox_publish_blocked')
    expect(existsSync(join(world.project, 'ran'))).toBe(false)
    expect(registry.published).toEqual([])
  })

  test('npm publish without its scripts, and other ways to change the registry, are refused at the proxy', async () => {
    const ways = [
      'npm publish --ignore-scripts --//registry.npmjs.org/:_authToken=x',
      'npm unpublish left --force --//registry.npmjs.org/:_authToken=x',
      'npm dist-tag add left@1.2.3 evil --//registry.npmjs.org/:_authToken=x',
      'npm deprecate left old --//registry.npmjs.org/:_authToken=x',
      'npm owner add evil left --//registry.npmjs.org/:_authToken=x',
      'npm token create --//registry.npmjs.org/:_authToken=x </dev/null',
      "node -e \"fetch('https://registry.npmjs.org/left', {method:'PUT', body:'{}'}).then((r) => process.exit(r.ok ? 0 : 1))\"",
      "node -e \"fetch('http://registry.npmjs.org:443/left', {method:'PUT', body:'{}'}).then((r) => process.exit(r.ok ? 0 : 1))\"",
      "node -e \"fetch('https://registry.npmjs.org/left', {method:'POST', headers:{'x-http-method-override':'PUT'}, body:'{}'}).then((r) => process.exit(r.ok ? 0 : 1))\"",
    ]
    for (const way of ways) expect([way, (await run(sandbox, `${way} 2>&1`)).code]).not.toEqual([way, 0])
    expect(registry.published).toEqual([])
    expect(registry.requests.filter((request) => !request.startsWith('GET '))).toEqual([])
    expect(world.violations.filter(({ code }) => code === 'sandbox_publish_blocked').length).toBeGreaterThanOrEqual(5)
  })

  test('the key of a model is added outside, for that model’s host alone', async () => {
    const seen: string[] = []
    const model = createServer((request, response) => {
      seen.push(
        `${request.headers.host} ${request.url} ${request.headers['x-api-key']} ${request.headers.authorization ?? '-'}`,
      )
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: one\n\n')
      response.end('data: two\n\n')
    })
    await new Promise<void>((done) => model.listen(0, '127.0.0.1', done))
    const address = model.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const guarded = await world.open({
      routes: [
        {
          host: 'api.model.test',
          target: { host: '127.0.0.1', port, tls: false },
          headers: { 'X-Api-Key': 'real-key' },
          env: { MODEL_API_KEY: 'sandbox' },
        },
        {
          host: 'local.model.test',
          port: 11434,
          target: { host: '127.0.0.1', port, tls: false },
          headers: {},
          env: { MODEL_URL: 'http://local.model.test:11434' },
        },
      ],
    })
    const ask = (url: string) =>
      `fetch(${url}, {method:'POST', body:'x', headers:{'x-api-key':process.env.MODEL_API_KEY, authorization:'Bearer sandbox'}}).then((r) => r.text()).then(console.log, console.log)`
    const script = `node -e "${ask("'https://api.model.test/v1')")}; ${ask("process.env.MODEL_URL + '/v2'")}; ${ask("'http://public.test/v3'")}"; env`
    const { all } = await run(guarded, script.replace("/v1')", "/v1'"))
    model.close()
    expect(seen.sort()).toEqual(['api.model.test /v1 real-key -', 'local.model.test:11434 /v2 sandbox Bearer sandbox'])
    expect(all).toContain('data: one\n\ndata: two')
    expect(all).not.toContain('real-key')
    expect(world.requests).toEqual(['POST public.test /v3'])
  })

  test('the certificate of the proxy is good for OpenSSL, and its key is nowhere inside', async () => {
    const { all } = await run(
      sandbox,
      'openssl s_client -proxy 127.0.0.1:3128 -connect registry.npmjs.org:443 -servername registry.npmjs.org -CAfile "$SSL_CERT_FILE" -x509_strict -verify_return_error </dev/null 2>&1; grep -rl "PRIVATE KEY" /sandbox /tmp 2>/dev/null',
    )
    expect(all).toContain('Verification: OK')
    expect(all).not.toContain('/sandbox/')
    expect(readFileSync(join(world.project, 'package.json'), 'utf8')).toContain('mine')
    expect(
      execFileSync('git', ['-c', 'safe.directory=*', 'status', '--porcelain'], {
        cwd: world.project,
        encoding: 'utf8',
      }),
    ).toContain('package.json')
  })
})
