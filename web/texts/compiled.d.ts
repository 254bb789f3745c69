/** A list of words as the build compiles it: see `scripts/compile-texts.ts`. */
declare module '*?compiled' {
  const messages: import('@lingui/core').Messages
  export default messages
}
