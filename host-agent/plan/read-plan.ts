import { lstatSync } from 'node:fs'
import { ok, type Result, refused } from '#protocol/errors.ts'
import { parseShell } from '../policy/parse-shell.ts'
import { absolutePath, placeOf } from '../policy/places.ts'
import { PlanBlock, type ProposedPlan } from './proposed-plan.ts'

/**
 * Reads the plan from what an agent has said: the last fenced block of JSON in it. `project` is the folder in which relative paths lie. Errors:
 * `plan_unreadable`, whose detail says to the agent what is wrong.
 */
export function readPlan(words: string, project: string): Result<ProposedPlan> {
  const block = lastBlock(words)
  if (block === null) return unreadable('There is no block of JSON, fenced by ```json and ```, at the end.')
  const parsed = PlanBlock.safeParse(parseJson(block))
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0] ?? { path: [], message: 'it is no JSON' }
    return unreadable(`The block of JSON is not of the form: ${path.join('.')} ${message}`)
  }
  const { steps = [], modify = [], create = [], delete: gone = [], run = [] } = parsed.data
  const files = [
    ...modify.map((path) => ({ path, change: 'modify' as const })),
    ...create.map((path) => ({ path, change: 'create' as const })),
    ...gone.map((path) => ({ path, change: 'delete' as const })),
  ]
  const commands = run.map((line) => ({ line, argv: parseShell(line).argv }))
  const problem = files.map((file) => fileProblem(file, project)).find((found) => found !== null)
  if (problem) return unreadable(problem)
  if (new Set(files.map(({ path }) => absolutePath(path, project))).size < files.length)
    return unreadable('A path is named twice: name each once, by what becomes of it in the end.')
  const known = commands.flatMap(({ line, argv }) => (argv === null ? [] : [{ line, argv }]))
  const unknown = commands.find(({ argv }) => argv === null)
  if (unknown)
    return unreadable(
      `“${unknown.line.slice(0, 200)}” is not one simple command: no pipes, variables, patterns or redirections; name each command by itself.`,
    )
  return ok({ steps, files, commands: known })
}

const unreadable = (why: string) => refused('plan_unreadable', why)

/** The content of the last ```json block; one without a language counts too. */
function lastBlock(words: string): string | null {
  const blocks = [...words.matchAll(/^ {0,3}```(?:json)?[ \t]*\n([\s\S]*?)^ {0,3}```[ \t]*$/gm)]
  return blocks.at(-1)?.[1] ?? null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Why a plan can't name this, as the disk is now; null: it can. Links are judged by where they lead. */
function fileProblem({ path, change }: ProposedPlan['files'][number], project: string): string | null {
  const absolute = absolutePath(path, project)
  if (path.split('/').includes('..')) return `${path}: name paths without “..”.`
  if (absolute === project || placeOf(absolute, project) === 'outside') return `${path} is not in the project.`
  const found = lstatSync(absolute, { throwIfNoEntry: false })
  if (change === 'delete') return found ? null : `${path} does not exist, so it can’t be deleted.`
  if (change === 'modify' && !found) return `${path} does not exist, so it can’t be modified.`
  return found?.isDirectory() ? `${path} is a folder: name the files in it.` : null
}
