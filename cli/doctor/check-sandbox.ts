import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findTools } from '#host-agent/sandbox/linux/system.ts'
import { whyNot } from '#host-agent/sandbox/linux/why-not.ts'
import { openSandbox } from '#host-agent/sandbox/sandbox.ts'
import { capsOf } from '#host-agent/sandbox/status.ts'
import { sentence } from '../output.ts'
import type { Check } from './checks.ts'

/** Opens a sandbox around an empty project, self-test included. A machine without one is no fault: its agents work unprotected, and why is said. */
export async function checkSandbox(environment: Readonly<Record<string, string | undefined>>): Promise<Check> {
  const name = 'sandbox'
  if (process.platform === 'linux') {
    const tools = findTools()
    if (!tools.ok) {
      const packages = tools.missing.join(' ')
      return { name, state: 'absent', detail: `missing: ${packages}. Debian, Ubuntu: sudo apt-get install ${packages}` }
    }
  }
  const root = mkdtempSync(join(tmpdir(), 'countersign-doctor-'))
  try {
    const project = join(root, 'project')
    mkdirSync(project)
    const opened = await openSandbox({
      project,
      projectAccess: 'write',
      home: join(root, 'home'),
      state: join(root, 'state'),
      hidden: [],
      allow: [],
      firewallStrict: true,
      network: 'proxy',
      readRoots: [],
      writeRoots: [],
      caps: capsOf({}),
      routes: [],
      registries: [],
      hostEnvironment: environment,
      allowRoot: true,
      onViolation() {},
    })
    if (!opened.ok) return { name, state: 'absent', detail: whyNot() ?? sentence(opened.code, opened.detail) }
    const { isIsolated, heldBy } = opened.value.status()
    await opened.value.close()
    const asRoot = process.getuid?.() === 0 ? '; for root it holds less: run the host agent as a normal user' : ''
    return {
      name,
      state: isIsolated ? 'good' : 'wrong',
      detail: `isolated, by its self-test; limits are held by ${heldBy}${asRoot}`,
    }
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}
