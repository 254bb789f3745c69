import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { agents } from '#host-agent/agents/agents.ts'

/** The first known coding agent whose program is in PATH; else `command`: a task is then a command line. */
export function findAgent(env: NodeJS.ProcessEnv): string {
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean)
  return agents.find(({ command }) => folders.some((folder) => isProgram(join(folder, command))))?.name ?? 'command'
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
