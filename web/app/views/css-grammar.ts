import type { LanguageFn } from 'highlight.js'

/** Style sheets in the few colours that are shown. The grammar that comes with highlight.js lists every property there is, which weighs more than all other languages' words. */
export const css: LanguageFn = (hljs) => ({
  contains: [
    hljs.C_BLOCK_COMMENT_MODE,
    hljs.C_LINE_COMMENT_MODE,
    hljs.APOS_STRING_MODE,
    hljs.QUOTE_STRING_MODE,
    { scope: 'keyword', begin: /@[\w-]+|!important/ },
    { scope: 'attribute', begin: /(?<=[{;]\s*|^\s*)(--|\$)?[a-z-]+(?=\s*:[^{;}\n]*([;}]|$))/ },
    { scope: 'selector-class', begin: /[.#&][a-zA-Z_][\w-]*(?=[^;{}\n]*[{,])/ },
    { scope: 'number', begin: /#[\da-fA-F]{3,8}\b|\b\d*\.?\d+(%|[a-z]+)?/ },
  ],
})
