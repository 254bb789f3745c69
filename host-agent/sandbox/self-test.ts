import { existsSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type Refused, refused } from '#protocol/errors.ts'
import type { Sandbox } from './sandbox.ts'

/** What has to be said by the script below, word for word; everything that is missing or different fails the test. */
const expected = [
  'filter=2',
  'privileges=1',
  'capabilities=0000000000000000',
  'root=no',
  'hidden=no',
  'direct=no',
  'unix=no',
  'end=yes',
] as const

/** $1: a file outside, $2: a file in a hidden folder, $3: a port where the host listens, $4: whether there is a proxy. */
const script = `
field() { while read -r name value; do [ "$name" = "$1:" ] && echo "$value" && return; done </proc/self/status; }
echo "filter=$(field Seccomp)"
echo "privileges=$(field NoNewPrivs)"
echo "capabilities=$(field CapEff)"
yes() { "$@" >/dev/null 2>&1 && echo yes || echo no; }
write() { ( : >"$1" ); }
echo "root=$(yes write /usr/countersign-self-test)"
# Beside a project in /tmp this lands in the private /tmp: the host looks whether it came out.
write "$1" 2>/dev/null
echo "hidden=$(yes write "$2")"
echo "direct=$(yes socat -u /dev/null "TCP:127.0.0.1:$3,connect-timeout=2")"
echo "unix=$(yes socat -u /dev/null UNIX-LISTEN:/tmp/self-test,unlink-early)"
[ "$4" = proxy ] && printf 'CONNECT self-test.invalid:22 HTTP/1.1\\r\\n\\r\\n' | socat -t 5 - TCP:127.0.0.1:3128,connect-timeout=5 | { read -r answer; echo "proxy=$answer"; }
echo end=yes
`

/**
 * Tries, in the very sandbox that is given out, what it has to stop: writing outside, reaching a listener of the host, a unix socket, a denied port. Only
 * when all of it fails, and the filter is in force, the sandbox may be called isolated. Refuses with `sandbox_self_test_failed`.
 */
export async function selfTest(sandbox: Sandbox, project: string, hidden: readonly string[]): Promise<Refused | null> {
  const unique = `countersign-self-test-${process.pid}`
  const outside = ['/usr', '/etc', '/var', join(project, '..'), ...hidden].map((folder) => join(folder, unique))
  const reached: string[] = []
  const listener = createServer((socket) => {
    reached.push('the host’s loopback')
    socket.destroy()
  })
  await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done))
  const address = listener.address()
  const port = typeof address === 'object' && address ? address.port : 0
  try {
    const { output, hasProxy } = await run(sandbox, [
      join(project, '..', unique),
      join(hidden[0] ?? '/etc', unique),
      String(port),
    ])
    const wrote = outside.filter((path) => existsSync(path))
    for (const path of wrote) rmSync(path, { force: true })
    const lines = output.split('\n')
    const missing = expected.filter((line) => !lines.includes(line))
    const isProxyFine = !hasProxy || lines.some((line) => /^proxy=HTTP\/1\.1 403 /.test(line))
    const problems = [...missing, ...wrote, ...reached, ...(isProxyFine ? [] : ['proxy'])]
    return problems.length === 0
      ? null
      : refused('sandbox_self_test_failed', `${problems.join(', ')}: ${output.slice(0, 500)}`)
  } finally {
    listener.close()
  }
}

async function run(sandbox: Sandbox, args: readonly string[]): Promise<{ output: string; hasProxy: boolean }> {
  const hasProxy = sandbox.hasProxy
  const argv = ['/bin/sh', '-c', script, 'self-test', ...args, hasProxy ? 'proxy' : 'none']
  const started = await sandbox.spawn(argv, { env: {}, stdio: ['ignore', 'pipe', 'pipe'] })
  if (!started.ok) return { output: started.detail ?? started.code, hasProxy }
  let output = ''
  for (const stream of [started.value.child.stdout, started.value.child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8')
    })
  await started.value.ended
  return { output, hasProxy }
}
