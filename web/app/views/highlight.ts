import type { Element, ElementContent, RootContent } from 'hast'
import bash from 'highlight.js/lib/languages/bash'
import c from 'highlight.js/lib/languages/c'

import go from 'highlight.js/lib/languages/go'
import java from 'highlight.js/lib/languages/java'
import json from 'highlight.js/lib/languages/json'
import markdown from 'highlight.js/lib/languages/markdown'
import python from 'highlight.js/lib/languages/python'
import ruby from 'highlight.js/lib/languages/ruby'
import rust from 'highlight.js/lib/languages/rust'
import typescript from 'highlight.js/lib/languages/typescript'
import xml from 'highlight.js/lib/languages/xml'
import yaml from 'highlight.js/lib/languages/yaml'
import { createLowlight } from 'lowlight'
import { css } from './css-grammar.ts'
import { sql } from './sql-grammar.ts'

/** A stretch of code of one colour; null: the text's own. */
export type Token = { text: string; colour: string | null }

const languages = { bash, c, css, go, java, json, markdown, python, ruby, rust, sql, typescript, xml, yaml }
type Language = keyof typeof languages

const endings: Readonly<Record<string, Language>> = {
  sh: 'bash',
  bash: 'bash',
  zsh: 'bash',
  c: 'c',
  h: 'c',
  cc: 'c',
  cpp: 'c',
  hpp: 'c',
  cs: 'java',
  css: 'css',
  scss: 'css',
  go: 'go',
  java: 'java',
  kt: 'java',
  swift: 'java',
  js: 'typescript',
  mjs: 'typescript',
  cjs: 'typescript',
  jsx: 'typescript',
  json: 'json',
  jsonl: 'json',
  md: 'markdown',
  py: 'python',
  rb: 'ruby',
  rs: 'rust',
  sql: 'sql',
  ts: 'typescript',
  tsx: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  html: 'xml',
  xml: 'xml',
  svg: 'xml',
  vue: 'xml',
  yml: 'yaml',
  yaml: 'yaml',
}

/** The few colours that there are: what an eye tells apart at a glance, in either theme. */
const colours: Readonly<Record<string, string>> = {
  keyword: 'keyword',
  built_in: 'keyword',
  literal: 'keyword',
  tag: 'keyword',
  name: 'keyword',
  'selector-tag': 'keyword',
  meta: 'keyword',
  string: 'string',
  regexp: 'string',
  char: 'string',
  symbol: 'string',
  link: 'string',
  code: 'string',
  comment: 'comment',
  quote: 'comment',
  doctag: 'comment',
  number: 'number',
  variable: 'number',
  attr: 'number',
  attribute: 'number',
  property: 'number',
  'template-variable': 'number',
  title: 'title',
  type: 'title',
  section: 'title',
  'selector-class': 'title',
  'selector-id': 'title',
}

const lowlight = createLowlight(languages)
// Its grammar holds that of JavaScript whole; pages name the language of their scripts.
lowlight.registerAlias({ typescript: 'javascript' })

/** The lines of a piece of a file in colours; lines of a language that is not known come back plain. No HTML is ever made: nodes are read. */
export function highlightLines(path: string, lines: readonly string[]): Token[][] {
  const language = endings[path.slice(path.lastIndexOf('.') + 1).toLowerCase()]
  if (!language) return lines.map((text) => [{ text, colour: null }])
  const made: Token[][] = [[]]
  const add = (text: string, colour: string | null) => {
    text.split('\n').forEach((piece, index) => {
      if (index > 0) made.push([])
      if (piece !== '') made.at(-1)?.push({ text: piece, colour })
    })
  }
  const walk = (nodes: readonly (ElementContent | RootContent)[], colour: string | null): void => {
    for (const node of nodes) {
      if (node.type === 'text') add(node.value, colour)
      else if (node.type === 'element') walk(node.children, colourOf(node) ?? colour)
    }
  }
  walk(lowlight.highlight(language, lines.join('\n')).children, null)
  return made
}

function colourOf({ properties }: Element): string | null {
  const [name = ''] = (properties.className as string[] | undefined) ?? []
  return colours[name.replace('hljs-', '')] ?? null
}
