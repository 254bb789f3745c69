import { readFile } from 'node:fs/promises'
import * as z from 'zod/mini'
import { ok, type Result, refused } from '#protocol/errors.ts'
import { readYaml } from '../read-yaml.ts'

const commandLine = z.string().check(z.minLength(1), z.maxLength(2_000))

/** A page that the project serves on the loopback of its sandbox, and which parts of it are photographed. Absent `paths`: `url` as it is. */
const Screenshot = z.strictObject({
  serve: commandLine,
  url: z.string().check(z.maxLength(500), z.regex(/^http:\/\/(127\.0\.0\.1|localhost):\d{1,5}(\/\S*)?$/)),
  paths: z.optional(
    z.array(z.string().check(z.maxLength(300), z.regex(/^\/(?![/\\])\S*$/))).check(z.minLength(1), z.maxLength(10)),
  ),
})
export type Screenshot = z.infer<typeof Screenshot>

/** What the host itself does once an agent has changed something. Absent: it does not. */
const ProjectChecks = z.strictObject({
  /** A command line whose report of tests is read. */
  test: z.optional(commandLine),
  screenshot: z.optional(Screenshot),
})
export type ProjectChecks = z.infer<typeof ProjectChecks>

/** A folder in which tasks may work. */
export type Project = { path: string; name: string; checks: ProjectChecks }

const ProjectsFile = z.strictObject({
  version: z.literal(1),
  /** By the project's path, or by its name, which is that of its folder. */
  projects: z.record(z.string().check(z.minLength(1), z.maxLength(4_096)), ProjectChecks),
})

/**
 * `projects.yaml` in the host's folder: what the host does by itself in each project. Gives every project its settings, a path before a name; a project
 * that the file does not name has none, and settings of a project that this host does not serve are told by `leftOut`. No file: no settings.
 * Errors: `projects_invalid` with the line.
 */
export async function loadProjects(
  path: string,
  projects: readonly Omit<Project, 'checks'>[],
  leftOut: (name: string) => void,
): Promise<Result<Project[]>> {
  const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (content === null) return ok(projects.map((project) => ({ ...project, checks: {} })))
  const read = await readYaml(content, ProjectsFile)
  if (!read.ok) return refused('projects_invalid', `${path}: ${read.detail}`)
  const settings = new Map(Object.entries(read.value.projects))
  for (const key of settings.keys())
    if (!projects.some((project) => project.path === key || project.name === key)) leftOut(key)
  return ok(
    projects.map((project) => ({ ...project, checks: settings.get(project.path) ?? settings.get(project.name) ?? {} })),
  )
}
