import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A test that a document leans on, as a link: `[title](test/…)`. */
export type NamedTest = { document: string; file: string; title: string }

/** The documents that say which test holds what. */
export const documents = ['SECURITY.md', 'docs/asvs.md'] as const

/** Every test that these documents name; files are paths from the root. */
export const readNamedTests = (root: string): NamedTest[] =>
  documents.flatMap((document) => namedTests(document, readFileSync(join(root, document), 'utf8')))

export function namedTests(document: string, markdown: string): NamedTest[] {
  return [...markdown.matchAll(/\[([^\]]+)\]\((?:\.\.\/)?(test\/[^)]+\.test\.tsx?)\)/g)].map(
    ([, title = '', file = '']) => ({
      document,
      file,
      // The formatter of the documents escapes what markdown would read.
      title: title.replace(/\\(?=[\p{P}\p{S}])/gu, ''),
    }),
  )
}

/** Whether a title as it ran is the one that is named: `%s`, `%i`, `%j` and `$name` stand for anything. */
export function isTitle(named: string, ran: string): boolean {
  const parts = named.split(/%[sdij]|\$\w+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(ran)
}
