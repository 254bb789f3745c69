import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..')

/** Builds the app that the stack uploads. Returns whether it is there. */
export function buildApp(): boolean {
  const { status } = spawnSync(process.execPath, ['scripts/build.ts'], { cwd: root, stdio: ['ignore', 2, 2] })
  return status === 0 && existsSync(join(root, 'dist/app/index.html'))
}

/** Runs the CDK of package-lock.json (never `npx cdk`: the tag `latest` is an old release). It looks nothing up and sends no statistics. Returns the exit code. */
export function runCdk(...args: string[]): number {
  const cdk = join(root, 'node_modules/aws-cdk/bin/cdk')
  const env = { ...process.env, CDK_DISABLE_VERSION_CHECK: '1', CDK_DISABLE_CLI_TELEMETRY: 'true' }
  const { status } = spawnSync(process.execPath, [cdk, '--no-notices', ...args], { cwd: root, stdio: 'inherit', env })
  return status ?? 1
}
