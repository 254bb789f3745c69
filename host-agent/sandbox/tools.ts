import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const bundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/cert.pem',
  '/etc/ssl/ca-bundle.pem',
]

const packageShell = `#!/bin/sh
# Scripts of packages run through this. Those of a publication don't: it would be refused at the registry, after they had run.
case "$npm_command:$npm_lifecycle_event" in
publish:* | unpublish:* | *:prepublishOnly | *:publish | *:postpublish)
  echo "sandbox_publish_blocked: publishing needs an approval outside of the sandbox ($npm_lifecycle_event did not run)" >&2
  exit 1
  ;;
esac
exec /bin/sh "$@"
`

/** Writes the sandbox's own files: the authorities to trust (the system's, the host's and this session's) and the shell for scripts of packages. */
export function writeTools(folder: string, certificate: string, extraAuthorities: string | undefined): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const system = bundles.find((path) => existsSync(path))
  const extra = extraAuthorities && existsSync(extraAuthorities) ? readFileSync(extraAuthorities, 'utf8') : ''
  const isSystem = extraAuthorities === system
  writeFileSync(
    join(folder, 'ca.pem'),
    `${system ? readFileSync(system, 'utf8') : ''}\n${isSystem ? '' : extra}\n${certificate}`,
  )
  // Node brings the usual authorities along.
  writeFileSync(join(folder, 'extra-ca.pem'), `${isSystem ? '' : extra}\n${certificate}`)
  writeFileSync(join(folder, 'package-shell'), packageShell, { mode: 0o755 })
}
