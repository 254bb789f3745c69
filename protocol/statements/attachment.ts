import * as z from 'zod/mini'
import { text } from '../encoding.ts'
import { BlobRef } from './events.ts'

/** Pictures that go along with one task or one prompt. */
export const attachmentsMost = 8

/** A picture that a person sends along: sealed by the device into the blob store. `mime` is its word; the host looks at the bytes. */
export const Attachment = z.strictObject({
  name: text(255),
  mime: z.enum(['image/png', 'image/jpeg', 'image/gif', 'image/webp']),
  blob: BlobRef,
})
export type Attachment = z.infer<typeof Attachment>

export const Attachments = z.array(Attachment).check(z.maxLength(attachmentsMost))
