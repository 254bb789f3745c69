// npm run deploy: the stack, then the app, into the AWS account of the environment's credentials.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, runCdk } from './cdk.ts'
import { uploadApp } from './upload-app.ts'

type Outputs = { Countersign: Record<'AppUrl' | 'AppBucket' | 'ClaimCode' | 'Region', string> }

async function deploy(): Promise<number> {
  const built = spawnSync(process.execPath, ['scripts/build.ts'], { cwd: root, stdio: ['ignore', 2, 2] })
  if (built.status !== 0) return 1
  const file = join(root, 'cdk.out/outputs.json')
  const code = runCdk('deploy', 'Countersign', '--strict', '--outputs-file', file, ...process.argv.slice(2))
  if (code !== 0) return code
  const { AppUrl, AppBucket, ClaimCode, Region } = (JSON.parse(readFileSync(file, 'utf8')) as Outputs).Countersign
  const count = await uploadApp(join(root, 'dist/app'), { bucket: AppBucket, region: Region })
  process.stdout.write(
    `\n${count} files of the app are at ${AppUrl}\n\nOn the host:  npx countersign host --relay ${AppUrl}\nClaim code:   ${ClaimCode}\n`,
  )
  return 0
}

process.exitCode = await deploy()
