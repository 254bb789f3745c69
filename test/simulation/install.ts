import { registerHooks } from 'node:module'

/** The host agent's own files see a virtual machine in place of Node's modules; everything else sees the real ones. Has to run before the host agent is imported. */
const virtual: Readonly<Record<string, string>> = {
  'node:fs': './node/fs.ts',
  'node:fs/promises': './node/fs-promises.ts',
  'node:child_process': './node/child-process.ts',
  'node:crypto': './node/crypto.ts',
}

registerHooks({
  resolve(specifier, context, next) {
    const replaced = /\/host-agent\//.test(context.parentURL ?? '') ? virtual[specifier] : undefined
    return replaced === undefined
      ? next(specifier, context)
      : { url: new URL(replaced, import.meta.url).href, shortCircuit: true }
  },
})
