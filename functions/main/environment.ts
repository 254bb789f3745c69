import * as z from 'zod/mini'

/** What every function is told by its environment. */
export const Environment = z.object({
  TABLE: z.string(),
  /** Bucket of sealed content. */
  BLOBS: z.string(),
  /** The public origin of app and HTTP API: what proofs are made for and pages may have. */
  PUBLIC_ORIGIN: z.url(),
  /** `wss://…/{stage}`: what devices and hosts are told, and whose path a proof at `$connect` names. */
  SOCKET_URL: z.url(),
  /** `https://{api}.execute-api.{region}.amazonaws.com/{stage}`, where connections are told things. */
  MANAGEMENT_URL: z.url(),
})

/** Fails the function's start with the names of what is missing or malformed, and none of the values. */
export function readEnvironment<T extends z.ZodMiniType>(schema: T): z.infer<T> {
  const parsed = schema.safeParse(process.env)
  if (parsed.success) return parsed.data
  throw new Error(`environment: ${parsed.error.issues.map(({ path }) => path.join('.')).join(', ')}`)
}
