/**
 * How a function is bundled, for `infra/` and for the bench that measures its size. `module` first: the SDK's CommonJS builds can't be shaken and make
 * 557 kB of 368.
 */
export const bundleOptions = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  charset: 'utf8',
  // Some dependencies are CommonJS and call `require` for Node's own modules.
  banner: { js: "import{createRequire as __r}from'node:module';const require=__r(import.meta.url);" },
} as const
