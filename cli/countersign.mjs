#!/usr/bin/env node
// The program that npm links: it runs on Node 20 and goes on in main.ts under Node 24.
import { runOnNode24 } from '../scripts/run-on-node-24.mjs'

runOnNode24('cli/main.ts', process.argv.slice(2), { staysSmall: true })
