import { readBlob } from '#link/read-blob.ts'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { Attachment } from '#protocol/statements/attachment.ts'
import type { HostContext } from '../context.ts'
import { pictureKind } from './picture-kind.ts'

/** A picture that a person sent along; `mime` by its bytes. */
export type Picture = { name: string; mime: string; content: Uint8Array<ArrayBuffer> }

/** Fetches what a person attached. Errors: those of `readBlob`; `attachment_invalid` when the bytes are no picture. */
export async function readAttachments(
  { relay, crypto }: HostContext,
  attachments: readonly Attachment[],
): Promise<Result<Picture[]>> {
  const pictures: Picture[] = []
  for (const { name, blob } of attachments) {
    const read = await readBlob(relay, crypto, blob)
    if (!read.ok) return refused(read.code, name)
    const mime = pictureKind(read.value)
    if (mime === null) return refused('attachment_invalid', name)
    pictures.push({ name, mime, content: read.value })
  }
  return ok(pictures)
}
