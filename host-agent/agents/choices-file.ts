import { readFile } from 'node:fs/promises'
import * as z from 'zod/mini'
import { AgentChoices } from '#protocol/statements/choices.ts'
import { writeFileWhole } from '../journal/write-file-whole.ts'

const Kept = z.record(z.string(), AgentChoices)

/** What each agent offered in its last session. Only for people to choose from: whether it still does, its session says. */
export type ChoicesFile = {
  of(agent: string): AgentChoices | undefined
  /** Says whether it is news. Kept on the disk by itself. */
  keep(agent: string, offered: AgentChoices): boolean
}

/** Characters of all choices that a status carries: it has to fit one envelope. */
const mostChars = 4_000

/** Opens the file; one that is missing or damaged is an empty one. */
export async function openChoices(path: string, failed: (error: Error) => void): Promise<ChoicesFile> {
  const text = await readFile(path, 'utf8').catch(() => '{}')
  const kept = new Map(Object.entries(parse(text)))
  let writing: Promise<void> = Promise.resolve()
  return {
    of(agent) {
      const offered = kept.get(agent)
      if (!offered) return undefined
      const before = [...kept].slice(0, [...kept.keys()].indexOf(agent)).map(([, each]) => each)
      const left = mostChars - JSON.stringify(before).length
      return left > 0 ? withinChars(offered, left) : undefined
    },
    keep(agent, offered) {
      if (JSON.stringify(kept.get(agent)) === JSON.stringify(offered)) return false
      kept.set(agent, offered)
      writing = writing.then(() => writeFileWhole(path, JSON.stringify(Object.fromEntries(kept)))).catch(failed)
      return true
    },
  }
}

function parse(text: string): z.infer<typeof Kept> {
  try {
    return Kept.parse(JSON.parse(text))
  } catch {
    return {}
  }
}

/** Models are the many: of them as many as there is room for. */
function withinChars(offered: AgentChoices, chars: number): AgentChoices | undefined {
  for (let models = offered.model?.length ?? 0; models >= 0; models = models > 8 ? models - 8 : models - 1) {
    const { model, ...rest } = offered
    const fitting = models > 0 && model ? { ...rest, model: model.slice(0, models) } : rest
    if (JSON.stringify(fitting).length <= chars) return fitting
  }
  return undefined
}
