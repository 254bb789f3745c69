import { createHash } from 'node:crypto'

const hash = (label: string, text: string) =>
  createHash('sha256').update(`countersign ${label}\0${text}`).digest('base64url')

/** Tells a repeat from an id that is used again for something else. Parsed values keep the schema's order of fields, so equal content is equal text. */
export const contentHash = (content: unknown): string => hash('content', JSON.stringify(content))

/** What the relay keeps of a claim code. */
export const claimHash = (claim: string): string => hash('claim', claim.trim())
