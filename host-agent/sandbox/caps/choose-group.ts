import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Caps } from './caps.ts'
import { type ControlGroup, directGroupV1, groupV2 } from './control-group.ts'

const root = '/sys/fs/cgroup'

/**
 * The kernel's groups where they can be had: one scope of the user's systemd, else directly where writable (root, CI). Tried by moving a process
 * into it and reading back where it is. Null: there are none, the monitor holds the caps alone.
 */
export async function chooseGroup(id: string, caps: Caps): Promise<ControlGroup | null> {
  const isV2 = existsSync(join(root, 'cgroup.controllers'))
  const group = isV2 ? ((await scopeGroup(id, caps)) ?? groupV2(id, caps, root)) : directGroupV1(id, caps)
  if (!group) return null
  const script = 'for f; do echo $$ >"$f" || exit 1; done; cat /proc/self/cgroup'
  const probe = spawnSync('/bin/sh', ['-c', script, 'probe', ...group.join], { encoding: 'utf8', timeout: 5_000 })
  const moved = probe.stdout.split('\n').filter((line) => line.endsWith(`/countersign-${id}`)).length
  if (probe.status === 0 && moved >= group.join.length) return group
  group.close()
  return null
}

/** A scope lives as long as the process that holds it, and that one as long as we do: it reads from us until we are gone. */
async function scopeGroup(id: string, caps: Caps): Promise<ControlGroup | null> {
  if (!process.env.XDG_RUNTIME_DIR || !existsSync('/usr/bin/systemd-run')) return null
  const holder = spawn(
    '/usr/bin/systemd-run',
    ['--user', '--scope', '--quiet', '-p', 'Delegate=yes', '/bin/sh', '-c', 'echo ready; read -r _'],
    { stdio: ['pipe', 'pipe', 'ignore'], detached: true },
  )
  const isReady = await new Promise<boolean>((resolve) => {
    holder.once('error', () => resolve(false))
    holder.once('exit', () => resolve(false))
    holder.stdout.once('data', () => resolve(true))
  })
  const group = isReady ? delegated(id, caps, holder) : null
  if (!group) holder.kill('SIGKILL')
  return group
}

function delegated(id: string, caps: Caps, holder: ChildProcess): ControlGroup | null {
  try {
    const path = /^0::(.+)$/m.exec(readFileSync(`/proc/${holder.pid}/cgroup`, 'utf8'))?.[1]
    if (path === undefined) return null
    const scope = join(root, path)
    // A group that hands controllers on may hold no process itself.
    mkdirSync(join(scope, 'holder'))
    writeFileSync(join(scope, 'holder', 'cgroup.procs'), String(holder.pid))
    const group = groupV2(id, caps, scope)
    if (!group) return null
    return {
      ...group,
      name: 'cgroup v2 (systemd scope)',
      close() {
        group.close()
        holder.kill('SIGKILL')
      },
    }
  } catch {
    return null
  }
}
