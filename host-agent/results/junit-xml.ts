import * as z from 'zod/mini'
import { clean, runOf, type TestCase, type TestRun } from './test-run.ts'

/** An element as the parser gives it in the order of the file: its name with its children, and its attributes beside. */
const Nodes = z.array(z.record(z.string(), z.unknown()))
const Attributes = z.record(z.string(), z.string())

/**
 * Reads a report in JUnit's XML, as pytest, node, vitest, Maven and Gradle write it. A document type is refused before anything is parsed: reports
 * have none, and entities are how small files grow large. Null: it is no such report, is cut off, or has no case.
 */
export async function readJunitXml(text: string): Promise<TestRun | null> {
  if (!/<testsuites?[\s>]/.test(text.slice(0, 2_000)) || /<!(?:DOCTYPE|ENTITY)/i.test(text)) return null
  const { XMLParser, XMLValidator } = await import('fast-xml-parser')
  let nodes: unknown
  try {
    if (XMLValidator.validate(text) !== true) return null
    nodes = new XMLParser({
      preserveOrder: true,
      ignoreAttributes: false,
      attributeNamePrefix: '',
      parseTagValue: false,
      parseAttributeValue: false,
      processEntities: false,
      maxNestedTags: 20,
    }).parse(text)
  } catch {
    return null
  }
  const cases: TestCase[] = []
  const seconds = { suites: 0, cases: 0 }
  walk(nodes, (name, attributes, children, depth) => {
    const time = Number(attributes.time ?? 0)
    if (name === 'testsuite' && depth <= 1) seconds.suites += time
    if (name !== 'testcase') return
    seconds.cases += time
    cases.push(caseOf(attributes, children))
  })
  return runOf(cases, (seconds.suites || seconds.cases) * 1_000)
}

type Visit = (name: string, attributes: Record<string, string>, children: unknown, depth: number) => void

function walk(nodes: unknown, visit: Visit, depth = 0): void {
  const read = Nodes.safeParse(nodes)
  if (!read.success || depth > 20) return
  for (const node of read.data) {
    const attributes = Attributes.safeParse(node[':@'] ?? {})
    for (const [name, children] of Object.entries(node)) {
      if (name === ':@' || name === '#text') continue
      visit(name, attributes.success ? attributes.data : {}, children, depth)
      if (name !== 'testcase') walk(children, visit, depth + 1)
    }
  }
}

function caseOf(attributes: Record<string, string>, children: unknown): TestCase {
  const { name = '', classname = '', file = '', line = '' } = attributes
  let outcome: TestCase['outcome'] = 'passed'
  let message = ''
  let body = ''
  walk(children, (child, { message: said = '' }, inner) => {
    if (child === 'skipped' && outcome === 'passed') outcome = 'skipped'
    if (child !== 'failure' && child !== 'error') return
    outcome = 'failed'
    message ||= decode(said)
    body ||= textIn(inner)
  })
  // Node gives every case the class `test`: that says nothing.
  const whole = classname === '' || classname === 'test' ? name : `${classname} > ${name}`
  return {
    name: clean(decode(whole)),
    outcome,
    message: clean(message || body),
    place: placeIn(body) || decode(file && line ? `${file}:${line}` : file),
  }
}

function textIn(nodes: unknown): string {
  const read = Nodes.safeParse(nodes)
  if (!read.success) return ''
  return decode(read.data.map((node) => (typeof node['#text'] === 'string' ? node['#text'] : '')).join(''))
}

/** Where a failure's text says it happened: `file:line`, as pytest, node and vitest write it, but not inside the tools themselves. */
export function placeIn(text: string): string {
  for (const [, file, line] of text
    .slice(0, 20_000)
    .matchAll(/(?:^|[\s(❯])((?:file:\/\/)?[\w./@+-]{1,300}\.\w{1,8}):(\d{1,7})/gm)) {
    if (file && !/^node:|node_modules/.test(file)) return `${file.replace(/^file:\/\//, '')}:${line}`
  }
  return ''
}

const predefined: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** XML's own five entities and characters by number (XML 1.0, sections 4.1 and 4.6); there are no others without a document type. */
function decode(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(lt|gt|amp|quot|apos));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return predefined[name.toLowerCase()] ?? whole
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    return code > 0x10ffff ? whole : String.fromCodePoint(code)
  })
}
