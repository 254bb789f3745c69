// npm run synth: the CloudFormation template, made offline: no account, no look-ups, no Docker.
import { join } from 'node:path'
import { root, runCdk } from './cdk.ts'

const code = runCdk('synth', '--strict', '--quiet', ...process.argv.slice(2))
if (code === 0) process.stdout.write(`Template: ${join(root, 'cdk.out/Countersign.template.json')}\n`)
process.exitCode = code
