import type { Attachment } from '#protocol/statements/attachment.ts'

export type PictureMime = Attachment['mime']

/** The first bytes of each kind, as Latin 1; `.` stands for any. */
const starts: readonly [PictureMime, string][] = [
  ['image/png', '\x89PNG\r\n\x1a\n'],
  ['image/jpeg', '\xff\xd8\xff'],
  ['image/gif', 'GIF87a'],
  ['image/gif', 'GIF89a'],
  ['image/webp', 'RIFF....WEBP'],
]

/** What a picture is, by its first bytes and never by its name; null: none that a phone draws. An SVG is a document with scripts: it is none. */
export function pictureKind(content: Uint8Array): PictureMime | null {
  const start = Buffer.from(content.subarray(0, 16)).toString('latin1')
  return starts.find(([, form]) => [...form].every((char, at) => char === '.' || char === start[at]))?.[0] ?? null
}

/** Names under which pictures are looked for. */
export const mayBePicture = (path: string): boolean => /\.(png|jpe?g|gif|webp)$/i.test(path)
