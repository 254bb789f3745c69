import { spawn } from 'node:child_process'
import { accessSync, chownSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { suite } from '../support/needs.ts'
import { cases } from '../support/sandbox/run-cases.ts'

const runner = join(import.meta.dirname, '../support/sandbox/run-cases.ts')
const isRoot = process.getuid?.() === 0
/** Nobody's number on a usual system. */
const normalUser = 61_184

/** Worlds lie outside of /tmp, which is private inside, and where this user may write. */
function folder(): string {
  const base = isRoot ? '/srv' : join(homedir(), '.cache')
  mkdirSync(base, { recursive: true })
  return mkdtempSync(join(base, 'countersign-sandbox-'))
}

/** Runs the whole table as one user, in one process of that user; the answers by name, null where a case held. */
async function runAs(uid: number | null, place: string): Promise<Map<string, string | null>> {
  if (uid !== null) chownSync(place, uid, uid)
  const child = spawn(process.execPath, [runner, place], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      HOME: place,
      NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS,
      LEAKED_TOKEN: 'leaked',
      SSH_AUTH_SOCK: '/leaked',
    },
    ...(uid === null ? {} : { uid, gid: uid }),
  })
  const answers = new Map<string, string | null>()
  for await (const line of createInterface({ input: child.stdout })) {
    const { name, problem } = JSON.parse(line) as { name: string; problem: string | null }
    answers.set(name, problem)
  }
  return answers
}

/** The other user has to be able to read the sources and to start this Node. */
function isReadable(): boolean {
  try {
    accessSync(runner, constants.R_OK)
    return !import.meta.dirname.startsWith('/root/')
  } catch {
    return false
  }
}

suite('what somebody inside may try', {
  needs: ['bwrap', 'socat', 'git', 'openssl', 'curl', 'wget', 'ping', 'nc', 'ssh', 'ip'],
}, () => {
  const users = [
    { user: 'root', uid: null, runs: isRoot },
    { user: 'a normal user', uid: isRoot ? normalUser : null, runs: !isRoot || isReadable() },
  ]
  describe.each(users)('as $user', ({ uid, runs }) => {
    let place = ''
    let answers = new Map<string, string | null>()
    beforeAll(async () => {
      if (!runs) return
      place = folder()
      answers = await runAs(uid, place)
    }, 600_000)
    afterAll(() => {
      if (place) rmSync(place, { recursive: true, force: true })
    })
    test.skipIf(!runs).each(cases.map(({ name }) => name))('%s', (name) => {
      expect(answers.get(name)).toBeNull()
    })
  })

  test('the names of the cases are their own', () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
  })
})
