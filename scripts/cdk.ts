import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..')

/** Runs the CDK of package-lock.json (never `npx cdk`: the tag `latest` is an old release). It sends no statistics. Returns the exit code. */
export function runCdk(...args: string[]): number {
  const cdk = join(root, 'node_modules/aws-cdk/bin/cdk')
  const env = { ...process.env, CDK_DISABLE_VERSION_CHECK: '1', CDK_DISABLE_CLI_TELEMETRY: 'true' }
  const { status } = spawnSync(process.execPath, [cdk, '--no-notices', ...args], { cwd: root, stdio: 'inherit', env })
  return status ?? 1
}
