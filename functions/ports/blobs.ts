/** Sealed content by the hash of its ciphertext, kept apart for each team. URLs live for minutes. */
export type Blobs = {
  /** A URL to PUT exactly `bytes` bytes to, whose hash has to be the id; null when the content is there already. */
  uploadUrl(teamId: string, blobId: string, bytes: number): Promise<string | null>
  /** A URL to GET; null when there is no such content. */
  downloadUrl(teamId: string, blobId: string): Promise<string | null>
}
