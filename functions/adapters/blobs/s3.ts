import type { S3Client } from '@aws-sdk/client-s3'
import { GetObjectCommand, HeadObjectCommand, NotFound, PutObjectCommand, S3ServiceException } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { Blobs } from '../../ports/blobs.ts'

/** Seconds that a URL lives: enough to carry 16 MB over a phone's network. */
const expiresIn = 300

/**
 * Blobs in S3 by presigned URLs. S3 itself checks the length and the SHA-256, since both are signed: what is stored under an id is what the id says. The
 * client has to be made with `requestChecksumCalculation: 'WHEN_REQUIRED'`.
 */
export function s3Blobs(client: S3Client, bucket: string): Blobs {
  const keyOf = (teamId: string, blobId: string) => `${teamId}/${blobId}`
  const exists = async (Key: string) => {
    try {
      await client.send(new HeadObjectCommand({ Bucket: bucket, Key }))
      return true
    } catch (error) {
      // Without the right to list, S3 says 403 for what is not there.
      if (error instanceof NotFound || (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 403))
        return false
      throw error
    }
  }
  return {
    async uploadUrl(teamId, blobId, bytes) {
      const Key = keyOf(teamId, blobId)
      if (await exists(Key)) return null
      const put = new PutObjectCommand({
        Bucket: bucket,
        Key,
        ContentLength: bytes,
        ChecksumSHA256: Buffer.from(blobId.slice('blb_'.length), 'base64url').toString('base64'),
      })
      // In the query, so that whoever uploads has no header to set but the length.
      return getSignedUrl(client, put, { expiresIn, unhoistableHeaders: new Set(['content-length']) })
    },

    async downloadUrl(teamId, blobId) {
      const Key = keyOf(teamId, blobId)
      if (!(await exists(Key))) return null
      return getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key }), { expiresIn })
    },
  }
}
