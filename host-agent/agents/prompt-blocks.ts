import type { ContentBlock } from '@agentclientprotocol/sdk'
import type { RunContext } from './driver.ts'

/** What goes to the agent: the words, and the pictures that came with them: as they are to an agent that takes them, else as files that it may read. */
export async function promptBlocks(text: string, context: RunContext, takesPictures: boolean): Promise<ContentBlock[]> {
  const pictures = (await context.pictures?.()) ?? []
  if (takesPictures) {
    const blocks = pictures.map(
      ({ mime, content }): ContentBlock => ({
        type: 'image',
        mimeType: mime,
        data: Buffer.from(content).toString('base64'),
      }),
    )
    return [{ type: 'text', text }, ...blocks]
  }
  const paths = await Promise.all(pictures.map((picture) => context.shelve?.(picture)))
  const named = paths.map((path) => `\n- ${path}`).join('')
  return [
    { type: 'text', text: named === '' ? text : `${text}\n\nPictures that belong to this, as files to read:${named}` },
  ]
}
