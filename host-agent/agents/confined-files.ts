import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type * as Acp from '@agentclientprotocol/sdk'
import { absolutePath, placeOf } from '../policy/places.ts'
import type { RunContext, ToolRequest } from './driver.ts'

/**
 * An agent's file requests, for those that send them although they are not advertised. Reading is confined to the project,
 * every write is asked for like any other edit.
 */
export function fileRequests(acp: typeof Acp, { project, ask, changed, executed, ended }: RunContext, driver: string) {
  const inProject = (path: string) => {
    const absolute = absolutePath(path, project)
    if (placeOf(absolute, project) === 'outside')
      throw acp.RequestError.invalidParams({ path: 'is outside of the project' })
    return absolute
  }
  return {
    async read({ path, line, limit }: Acp.ReadTextFileRequest): Promise<Acp.ReadTextFileResponse> {
      const content = await readFile(inProject(path), 'utf8').catch(() => null)
      if (content === null) throw acp.RequestError.resourceNotFound(path)
      if (line == null && limit == null) return { content }
      const first = Math.max((line ?? 1) - 1, 0)
      return {
        content: content
          .split('\n')
          .slice(first, limit == null ? undefined : first + limit)
          .join('\n'),
      }
    },
    async write({ path, content }: Acp.WriteTextFileRequest): Promise<Acp.WriteTextFileResponse> {
      const target = inProject(path)
      const before = await readFile(target, 'utf8').catch(() => null)
      const request: ToolRequest = {
        kind: 'edit',
        driver,
        binding: 'exact',
        input: { path: target, content },
        command: null,
        edits: [{ path: target, oldText: before, newText: content }],
        paths: [],
        reads: false,
        unknown: [],
      }
      const answer = await ask(request)
      if (answer.answer !== 'allow') throw acp.RequestError.invalidRequest(undefined, 'The write was not allowed.')
      await mkdir(dirname(target), { recursive: true })
      await writeFile(target, content)
      if (answer.approvalId) executed(answer.approvalId, null)
      ended?.(request)
      changed()
      return {}
    },
  }
}
