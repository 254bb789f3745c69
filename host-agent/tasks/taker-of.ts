import { type Result, refused } from '#protocol/errors.ts'

/** The driver for a task and the project it is for. Errors: `agent_unknown`, `project_invalid`. */
export function takerOf<T extends { name: string }, P extends { path: string; name: string }>(
  { agent, project }: { agent?: string | undefined; project?: string | undefined },
  drivers: readonly T[],
  projects: readonly P[],
): Result<{ driver: T; project: P }> {
  const driver = agent === undefined ? drivers[0] : drivers.find(({ name }) => name === agent)
  if (!driver) return refused('agent_unknown')
  const found =
    project === undefined ? projects[0] : projects.find(({ path, name }) => path === project || name === project)
  return found ? { ok: true, value: { driver, project: found } } : refused('project_invalid')
}
