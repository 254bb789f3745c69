// npm run deploy: builds the app and deploys the stack to the AWS account of the environment's credentials.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildApp, root, runCdk } from './cdk.ts'

if (!buildApp()) {
  process.stderr.write('The app could not be built, so nothing was deployed: npm run build\n')
  process.exit(1)
}
const outputs = join(root, 'cdk.out/outputs.json')
const code = runCdk('deploy', 'Countersign', '--strict', '--outputs-file', outputs, ...process.argv.slice(2))
if (code === 0) {
  const { AppUrl, ClaimCode } = JSON.parse(readFileSync(outputs, 'utf8')).Countersign as Record<string, string>
  process.stdout.write(`\nOn the host:  npx countersign host --relay ${AppUrl}\nClaim code:   ${ClaimCode}\n`)
}
process.exitCode = code
