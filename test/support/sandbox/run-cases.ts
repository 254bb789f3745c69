// Run as `node run-cases.ts FOLDER`, by the user whose sandbox is tried: one JSON line a case.
import { attempt, type Case } from './case.ts'
import { fileCases } from './file-cases.ts'
import { kernelCases } from './kernel-cases.ts'
import { networkCases } from './network-cases.ts'
import { makeWorld } from './world.ts'

export const cases: readonly Case[] = [...fileCases, ...kernelCases, ...networkCases]

if (import.meta.main) {
  const [folder = '', only] = process.argv.slice(2)
  for (const each of cases.filter(({ name }) => !only || name.includes(only))) {
    const world = await makeWorld(folder)
    const problem = await attempt(world, each).catch((error: unknown) =>
      String(error instanceof Error ? error.stack : error),
    )
    await world.close()
    process.stdout.write(`${JSON.stringify({ name: each.name, problem })}\n`)
  }
}
