import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Program } from '../../scripts/program.ts'
import { startProgram } from '../../scripts/program.ts'
import { createDemoProject } from './agents/demo-project.ts'
import { scriptedAgent } from './agents/host-world.ts'

/** One more host agent at a relay, on this machine too: in `folder` are its project and its COUNTERSIGN_HOME, `home`. Resolves once it offers to be paired. */
export async function startOneMoreHost(options: { origin: string; folder: string; name: string }): Promise<Program> {
  const { origin, folder, name } = options
  const project = join(folder, 'work')
  const state = join(folder, 'agent')
  createDemoProject(project)
  mkdirSync(state)
  const command = `${process.execPath} ${scriptedAgent} --state ${state}`
  const host = startProgram(
    [
      'host',
      '--relay',
      origin,
      '--project',
      project,
      '--agent-command',
      command,
      '--allow-unproven',
      '--write',
      state,
      '--name',
      name,
    ],
    { env: { ...process.env, COUNTERSIGN_HOME: join(folder, 'home'), COUNTERSIGN_TEST: '1' } },
  )
  await host.fact(({ event, state: is }) => event === 'host' && is === 'ready')
  return host
}
