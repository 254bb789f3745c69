import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { ok, type Result, refused } from '#protocol/errors.ts'
import { Route } from '#protocol/statements/route.ts'
import { readYaml } from '../read-yaml.ts'

const name = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,39}$/))

const dollars = z.number().check(z.nonnegative(), z.maximum(100_000))

/** US dollars per million tokens. */
const Price = z.strictObject({ input: dollars, output: dollars, cached: z.optional(dollars) })
export type Price = z.infer<typeof Price>

/** A server that speaks OpenAI's chat completions: a gateway, a provider, or one on this machine. */
const Model = z.strictObject({
  baseUrl: z.url({ protocol: /^https?$/ }),
  model: z.string().check(z.minLength(1), z.maxLength(200)),
  /** The environment variable that holds its key. Absent: it wants none. */
  keyEnv: z.optional(z.string().check(z.regex(/^[A-Z][A-Z0-9_]{0,79}$/))),
  /** Absent: what it costs is not known. */
  price: z.optional(Price),
})
export type Model = z.infer<typeof Model>

const budget = z.optional(z.number().check(z.minimum(0.0001), z.maximum(1_000_000)))

const ModelsFile = z.strictObject({
  version: z.literal(1),
  /** US dollars; over them an approval is asked. */
  budget: z.optional(z.strictObject({ task: budget, day: budget })),
  /** Each is an agent that answers questions over a project's files. Its models are tried in order. */
  readers: z.optional(
    z
      .array(z.strictObject({ name, models: z.array(Model).check(z.minLength(1), z.maxLength(10)) }))
      .check(z.maxLength(20)),
  ),
  /** By an agent's name: for those that tell tokens and no cost. */
  prices: z.optional(z.record(z.string().check(z.maxLength(80)), Price)),
  /** Each has a name of its own: tasks are sent by it. */
  routes: z.optional(
    z.array(Route).check(
      z.maxLength(50),
      z.refine((routes) => new Set(routes.map(({ name }) => name)).size === routes.length, 'two have the same name'),
    ),
  ),
})
export type ModelsFile = z.infer<typeof ModelsFile>

/**
 * `models.yaml` in the host's folder: which models answer plain questions, and which agent takes which task. Keys are never in it: it names the environment
 * variables that hold them. No file: no readers and no routes. Errors: `models_invalid`, with the line.
 */
export async function loadModels(folder: string): Promise<Result<ModelsFile>> {
  const path = join(folder, 'models.yaml')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (text === null) return ok({ version: 1 })
  const read = await readYaml(text, ModelsFile)
  return read.ok ? ok(read.value) : refused('models_invalid', `${path}: ${read.detail}`)
}
