import { readFile, stat } from 'node:fs/promises'
import { relative } from 'node:path'
import type { GateAnswer, RunEnd, ToolRequest } from '../agents/driver.ts'
import { onlyReads } from '../policy/only-reads.ts'
import { parseShell } from '../policy/parse-shell.ts'
import { absolutePath } from '../policy/places.ts'
import { deletedPaths } from './operation.ts'

/** Larger files are not read again: nobody is shown such an edit whole either. */
const readMost = 4_000_000

/** A file that a denied operation named, and what it would have made of it; null: deleted. */
type Denied = { path: string; text: string | null }

/** Finds an agent that does what it was denied: by the files themselves, whatever it says. */
export type DenialWatch = {
  answered(request: ToolRequest, answer: GateAnswer): Promise<void>
  /** Why the session has to end; null: nothing that was denied has been done. */
  look(): Promise<RunEnd | null>
}

/** Of edits and deletions, whose effect is known beforehand; what a denied command would have done nobody knows. */
export function watchDenials(project: string): DenialWatch {
  const denied = new Map<string, Denied>()
  let found: RunEnd | null = null

  async function look(): Promise<RunEnd | null> {
    for (const file of denied.values()) {
      if (found !== null || !(await isDone(file))) continue
      const what = file.text === null ? 'deleted' : 'changed'
      const detail = `It was denied, and the file is ${what} all the same: ${relative(project, file.path)}`
      found = { state: 'failed', code: 'denial_ignored', detail, files: [relative(project, file.path)] }
    }
    return found
  }

  return {
    async answered(request, answer) {
      const files = filesOf(request, project)
      if (answer.answer === 'allow') {
        await look()
        // Allowed after all, or by something that may change any file: from here on it proves nothing.
        if (files.length === 0 && !onlyReads(request, project)) denied.clear()
        for (const { path } of files) denied.delete(path)
      }
      // Until a plan is approved everything is denied; what it names is asked again with it.
      if (answer.answer !== 'deny' || answer.code === 'plan_only') return
      for (const file of files) if (!(await isDone(file))) denied.set(file.path, file)
    },
    look,
  }
}

function filesOf(request: ToolRequest, project: string): Denied[] {
  const cwd = absolutePath(request.cwd ?? project, project)
  const argv = request.command === null ? null : parseShell(request.command).argv
  return [
    ...request.edits.map(({ path, newText }) => ({ path: absolutePath(path, cwd), text: newText })),
    ...deletedPaths(request, argv, cwd).map((path) => ({ path, text: null })),
  ].filter(({ text }) => text !== '')
}

/** An agent gives the whole file or the stretch that changes: either is in the file once it was written. */
async function isDone({ path, text }: Denied): Promise<boolean> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? null : undefined))
  if (text === null) return info === null
  if (!info?.isFile() || info.size > readMost) return false
  return (await readFile(path, 'utf8').catch(() => '')).includes(text)
}
