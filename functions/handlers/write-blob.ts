import { ok } from '#protocol/errors.ts'
import type { HttpHandler } from './pipeline/http.ts'

/** Where to put sealed content; no URL when it is there already. */
export const writeBlob: HttpHandler<'blob.write'> = async ({ caller, body }, { blobs }) =>
  ok({ url: await blobs.uploadUrl(caller.teamId, body.id, body.bytes) })
