// Run as `node open-on-full-disk.ts FOLDER PROJECT`: fills the disk of FOLDER, opens a sandbox that keeps its state there, and prints what it was told.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSandbox } from '#host-agent/sandbox/sandbox.ts'
import { capsOf } from '#host-agent/sandbox/status.ts'

const [folder = '', project = ''] = process.argv.slice(2)
mkdirSync(join(folder, 'state/home'), { recursive: true })
for (let size = 1024 ** 2; size >= 1; size = Math.floor(size / 2)) {
  try {
    for (let file = 0; file < 100; file += 1) writeFileSync(join(folder, `${size}-${file}`), Buffer.alloc(size))
  } catch {
    // Full, for files of this size.
  }
}
const opened = await openSandbox({
  project,
  projectAccess: 'write',
  home: join(folder, 'state/home'),
  state: join(folder, 'state'),
  hidden: [],
  allow: [],
  firewallStrict: true,
  network: 'proxy',
  readRoots: [],
  writeRoots: [],
  caps: capsOf({}),
  routes: [],
  registries: [],
  hostEnvironment: { PATH: process.env.PATH },
  allowRoot: true,
  onViolation() {},
})
process.stdout.write(JSON.stringify(opened.ok ? 'opened' : opened))
