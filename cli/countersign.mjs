#!/usr/bin/env node
// The program that npm links: it runs on Node 20 and goes on in main.ts under Node 24.
import { runOnNode24 } from '../scripts/run-on-node-24.mjs'

const [verb, ...rest] = process.argv.slice(2)

// Other verbs end soon, and some run commands, which are to have the environment that they were given.
runOnNode24('cli/main.ts', verb === undefined ? [] : [verb, ...rest], { staysSmall: verb === 'host' || verb === 'up' })
