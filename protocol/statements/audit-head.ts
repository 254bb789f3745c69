import * as z from 'zod/mini'
import { Hash } from '../encoding.ts'

/** Where a host's audit chain stands: number and hash of its last line on the disk. Devices keep the highest as witnesses. */
export const AuditHead = z.strictObject({ n: z.int().check(z.nonnegative()), hash: Hash })
export type AuditHead = z.infer<typeof AuditHead>
