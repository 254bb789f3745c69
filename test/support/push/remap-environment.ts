import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Certificate } from './certificate.ts'
import { pushHosts } from './push-hosts.ts'

const preload = pathToFileURL(join(import.meta.dirname, 'remap.mjs')).href

/**
 * Environment variables for a Node process, and for all that it starts, that find the local push service under the names of the real ones. Spread them
 * over `process.env`.
 */
export function remapEnvironment(
  { target }: { target: string },
  certificate: Pick<Certificate, 'caFile'>,
  hosts: readonly string[] = pushHosts,
): Record<string, string> {
  return {
    NODE_OPTIONS: [process.env.NODE_OPTIONS, `--import=${preload}`].filter(Boolean).join(' '),
    NODE_EXTRA_CA_CERTS: certificate.caFile,
    COUNTERSIGN_TEST_PUSH_REMAP: hosts.map((host) => `${host}=${target}`).join(','),
  }
}
