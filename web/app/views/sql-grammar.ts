import type { LanguageFn } from 'highlight.js'

const words =
  'add all alter and as asc begin between by case cast check column commit constraint create cross default delete desc distinct drop else end exists false foreign from full function grant group having if in index inner insert intersect into is join key left like limit not null offset on or order outer primary references returning right rollback select set table then true union unique update using values view when where with'

/** SQL by the words that every dialect has: highlight.js’s own lists weigh as much as five other languages. */
export const sql: LanguageFn = ({ C_BLOCK_COMMENT_MODE, COMMENT, QUOTE_STRING_MODE }) => ({
  name: 'SQL',
  case_insensitive: true,
  keywords: words,
  contains: [
    C_BLOCK_COMMENT_MODE,
    COMMENT('--', '$'),
    { scope: 'string', begin: "'", end: "'", contains: [{ begin: "''" }] },
    QUOTE_STRING_MODE,
    { scope: 'number', begin: /\b\d+(\.\d+)?\b/ },
  ],
})
