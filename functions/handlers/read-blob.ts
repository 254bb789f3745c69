import { ok, refused } from '#protocol/errors.ts'
import type { HttpHandler } from './pipeline/http.ts'

export const readBlob: HttpHandler<'blob.read'> = async ({ caller, params }, { blobs }) => {
  const url = await blobs.downloadUrl(caller.teamId, params.id)
  return url === null ? refused('blob_not_found') : ok({ url })
}
