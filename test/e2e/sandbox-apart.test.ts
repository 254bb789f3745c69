import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSandbox, type Sandbox, type SpawnOptions } from '#host-agent/sandbox/sandbox.ts'
import { must } from '#test/support/agents/host-world.ts'
import { suite } from '#test/support/needs.ts'
import { usualSandbox } from '#test/support/sandbox/usual-sandbox.ts'

// What the host's own browser gets: unix sockets, and in return nothing in which another program could listen.
suite('a program that runs apart', { needs: ['bwrap', 'socat'] }, () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'countersign-apart-')))
  const project = join(root, 'project')
  const folder = join(root, 'apart')
  let sandbox: Sandbox
  beforeAll(async () => {
    for (const path of [project, folder]) mkdirSync(path)
    writeFileSync(join(project, 'source.txt'), 'of the project')
    sandbox = must(
      await openSandbox({
        ...usualSandbox,
        project,
        projectAccess: 'write',
        home: join(root, 'home'),
        state: join(root, 'state'),
        hidden: [],
        network: 'proxy',
        routes: [],
        registries: [],
        hostEnvironment: process.env,
        onViolation() {},
      }),
    )
    writeFileSync(join(root, 'home/login.txt'), 'of the agent')
  })
  afterAll(async () => {
    await sandbox?.close()
    rmSync(root, { recursive: true, force: true })
  })

  async function runs(script: string, more: Partial<SpawnOptions> = {}) {
    const argv = ['/bin/sh', '-c', script]
    const started = must(await sandbox.spawn(argv, { env: { PATH: process.env.PATH }, stdio: 'ignore', ...more }))
    return (await started.ended).code
  }
  const listen =
    'socat -u /dev/null UNIX-LISTEN:/tmp/own,unlink-early & sleep 0.5; test -S /tmp/own; e=$?; kill $!; exit $e'

  test('sees its own folder and neither the project, nor the agent’s HOME, nor what its programs leave in /tmp', async () => {
    expect(await runs('echo shared > /tmp/left.txt; test -e ~/login.txt')).toBe(0)
    const script = `{ test -e ${project}/source.txt; echo $?; test -e ~/login.txt; echo $?; test -e /tmp/left.txt; echo $?; } > ${folder}/said`
    expect(await runs(script, { apart: { folder, roots: [] } })).toBe(0)
    expect(readFileSync(join(folder, 'said'), 'utf8')).toBe('1\n1\n1\n')
  })

  test('may have unix sockets, which the task’s own programs may not', async () => {
    expect(await runs(listen)).not.toBe(0)
    expect(await runs(listen, { apart: { folder, roots: [] } })).toBe(0)
  })
})
