import type { Attachment } from '#protocol/statements/attachment.ts'
import { sealBlob } from '#trust/blob.ts'
import type { CryptoPort } from '#trust/crypto.ts'

/** A picture to send along, as it is on this device. */
export type AttachedFile = { name: string; mime: Attachment['mime']; content: Uint8Array }

/** Ciphertext that has to be in the blob store before the statement that names it is. */
export type SealedBlob = { id: string; ciphertext: Uint8Array<ArrayBuffer> }

/** What a statement says of its pictures, and their ciphertext. */
export type SealedAttachments = { named: readonly Attachment[]; blobs: readonly SealedBlob[] }

/** Seals pictures, each under a key of its own, which goes into the signed statement. */
export async function sealAttachments(crypto: CryptoPort, files: readonly AttachedFile[]): Promise<SealedAttachments> {
  const sealed = await Promise.all(
    files.map(async ({ name, mime, content }) => {
      const { ref, ciphertext } = await sealBlob(crypto, content)
      return { attachment: { name, mime, blob: ref }, blob: { id: ref.id, ciphertext } }
    }),
  )
  return { named: sealed.map(({ attachment }) => attachment), blobs: sealed.map(({ blob }) => blob) }
}
