import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type * as acp from '@agentclientprotocol/sdk'
import type { Elicitation, Step } from './acts.ts'

/** A form with a field of each kind. */
export const wholeForm = {
  type: 'object',
  properties: {
    name: { type: 'string', title: 'Name of the release', minLength: 2, maxLength: 40 },
    mail: { type: 'string', title: 'Who is told', format: 'email', description: 'One address.' },
    database: {
      type: 'string',
      title: 'Database',
      oneOf: [
        { const: 'pg', title: 'PostgreSQL', description: 'What the tests use' },
        { const: 'lite', title: 'SQLite' },
      ],
    },
    checks: {
      type: 'array',
      title: 'Checks',
      items: { type: 'string', enum: ['lint', 'types', 'tests'] },
      maxItems: 2,
    },
    workers: { type: 'integer', title: 'Workers', minimum: 1, maximum: 8, default: 2 },
    ratio: { type: 'number', title: 'Ratio' },
    migrate: { type: 'boolean', title: 'Migrate the data', default: false },
  },
  required: ['name', 'database', 'checks'],
} as const satisfies acp.ElicitationSchema

/** Asks, and writes down what it was told. */
const elicit =
  (asked: Elicitation): Step =>
  async ({ cwd, elicit, say }) => {
    const answer = await elicit(asked)
    if (answer.action === 'accept') writeFileSync(join(cwd, 'answers.json'), JSON.stringify(answer.content))
    await say(`It was: ${answer.action}.`)
  }

const form = (message: string, requestedSchema: acp.ElicitationSchema) =>
  elicit({ mode: 'form', message, requestedSchema })

export const formActs: Readonly<Record<string, readonly Step[]>> = {
  question: [({ say }) => say('One question.'), form('Before I begin: how should the release be made?', wholeForm)],
  'question-short': [form('Shall I go on?', { type: 'object', properties: {} })],
  'question-unknown': [form('Draw a line.', { properties: { line: { type: 'drawing' } } })],
  'question-link': [elicit({ mode: 'url', message: 'Sign in.', url: 'https://example.org/', elicitationId: 'e1' })],
}
