import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { png } from '../pictures.ts'
import type { Act, Step } from './acts.ts'

/** What the act `pictures` sends and makes. */
export const shown = {
  said: png(320, 200, [40, 90, 200]),
  tool: png(200, 320, [30, 140, 80]),
  file: ['shot.png', png(390, 844, [200, 120, 40])],
  /** A script by the name of a picture, and one that only its mime says to be one. */
  script: ['evil.png', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
} as const

const image = (content: Buffer) => ({ type: 'image', mimeType: 'image/png', data: content.toString('base64') }) as const

const write = async ({ cwd, update }: Act, path: string, content: string | Uint8Array) => {
  const toolCallId = `write-${path}`
  await update({ sessionUpdate: 'tool_call', toolCallId, title: `Write ${path}`, kind: 'edit', status: 'in_progress' })
  writeFileSync(join(cwd, path), content)
  await update({ sessionUpdate: 'tool_call_update', toolCallId, status: 'completed' })
}

const say: Step = async (act) => {
  const { update } = act
  await act.say('This is how it looks:')
  await update({ sessionUpdate: 'agent_message_chunk', content: image(shown.said) })
  const toolCallId = 'screenshot'
  await update({ sessionUpdate: 'tool_call', toolCallId, title: 'Take a screenshot', kind: 'other', status: 'pending' })
  const content = [{ type: 'content', content: image(shown.tool) } as const]
  await update({ sessionUpdate: 'tool_call_update', toolCallId, status: 'completed', content })
  // The same once more, as agents repeat what they told.
  await update({ sessionUpdate: 'tool_call_update', toolCallId, status: 'completed', content })
  await update({
    sessionUpdate: 'agent_message_chunk',
    content: { type: 'image', mimeType: 'image/png', data: Buffer.from(shown.script[1]).toString('base64') },
  })
}

/** Says what it was shown: pictures in the prompt, or files that the prompt names. */
const look: Step = async ({ say, prompt, pictures }) => {
  const files = [...prompt.matchAll(/^- (\/.*)$/gm)].map(([, path = '']) => readFileSync(path))
  const seen = [...pictures, ...files].map((each) => `${each.length} bytes, ${each.subarray(0, 4).toString('hex')}`)
  await say(`I see ${pictures.length} pictures and ${files.length} files: ${seen.join('; ')}.`)
}

export const pictureActs: Readonly<Record<string, readonly Step[]>> = {
  look: [look],
  pictures: [say, (act) => write(act, ...shown.file), (act) => write(act, ...shown.script)],
}
