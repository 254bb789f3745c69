import { basename } from 'node:path'
import type { ContentBlock } from '@agentclientprotocol/sdk'
import type { RunContext } from './driver.ts'

/** A picture in what an agent says or in a tool's result, as it is or as a resource; everything else is left alone. */
export function showPicture(block: ContentBlock, { show }: RunContext): void {
  if (block.type === 'image') show?.(nameOf(block.uri), Buffer.from(block.data, 'base64'))
  else if (block.type === 'resource' && 'blob' in block.resource)
    show?.(nameOf(block.resource.uri), Buffer.from(block.resource.blob, 'base64'))
}

const nameOf = (uri: string | null | undefined) => (uri && /^(file|https?):/.test(uri) ? basename(uri) : null) || null
