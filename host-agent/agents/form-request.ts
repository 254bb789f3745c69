import type { ElicitationPropertySchema, ElicitationSchema } from '@agentclientprotocol/sdk'
import { ok, type Result, refused } from '#protocol/errors.ts'
import { type Answers, Form } from '#protocol/statements/form.ts'
import type { ToolRequest } from './driver.ts'

/** A field as it may come: the schema's types leave the kinds of tomorrow open. */
type Property = Readonly<Record<string, unknown>>

/**
 * An agent's form as people are shown it. Nothing of it is left out: a field of an unknown kind, and words that are longer than fit, can't be asked. Error:
 * `operation_invalid` with what it was.
 */
export function formOf(message: string, { properties = {}, required }: ElicitationSchema): Result<Form> {
  const must = new Set(required ?? [])
  const form = Form.safeParse({
    message,
    fields: Object.entries(properties).map(([key, schema]) => fieldOf(key, schema as Property, must.has(key))),
  })
  if (form.success) return ok(form.data)
  return refused('operation_invalid', `form: ${form.error.issues[0]?.path.join('.') ?? ''}`)
}

function fieldOf(key: string, schema: Property, required: boolean): unknown {
  const { type, title, description, default: initial } = schema
  const common = given({ key, label: title ?? key, hint: description, required, initial })
  switch (type as ElicitationPropertySchema['type']) {
    case 'string': {
      const options = optionsOf(schema)
      if (options) return { ...common, type: 'one', options }
      const { minLength: least, maxLength: most, format, pattern } = schema
      return given({ ...common, type: 'text', least, most, format, pattern })
    }
    case 'number':
    case 'integer':
      return given({ ...common, type, least: schema.minimum, most: schema.maximum })
    case 'boolean':
      return { ...common, type }
    case 'array':
      return given({
        ...common,
        type: 'many',
        options: optionsOf((schema.items ?? {}) as Property),
        least: schema.minItems,
        most: schema.maxItems,
      })
    default:
      return { ...common, type }
  }
}

/** `enum` names values; `oneOf` and `anyOf` say each of them in words. Undefined: anything may be written. */
function optionsOf(schema: Property): unknown[] | undefined {
  const titled = schema.oneOf ?? schema.anyOf
  if (Array.isArray(titled))
    return titled.map((option: Property) =>
      given({ value: option.const, label: option.title, hint: option.description }),
    )
  return Array.isArray(schema.enum) ? schema.enum.map((value) => ({ value, label: value })) : undefined
}

/** The protocol means the same by null and by what is not there. */
const given = (fields: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null))

/** The question as the gate takes it. It only reads: a person's answer changes nothing by itself. */
export const questionOf = (driver: string, form: Form): ToolRequest => ({
  kind: 'question',
  driver,
  binding: 'fenced',
  input: {},
  command: null,
  edits: [],
  paths: [],
  reads: true,
  unknown: [],
  form,
})

/** What a person answered, for the task's log. */
export const inWords = ({ fields }: Form, answers: Answers): string =>
  answers
    .map(({ key, value }) => `${fields.find((field) => field.key === key)?.label ?? key}: ${[value].flat().join(', ')}`)
    .join('\n')
    .slice(0, 12_000)
