import { applyEdits, modify, type ParseError, parse } from 'jsonc-parser'

export type Entry = { type: 'command'; command: string; timeout: number; [field: string]: unknown }
type Group = { matcher?: string; hooks?: unknown }

const formattingOptions = { tabSize: 2, insertSpaces: true } as const

/** The settings' text with our hooks added, each byte of what was there before kept; null: it is no JSON object that hooks could be added to. */
export function withHooks(text: string, entries: Readonly<Record<string, Entry>>): string | null {
  let changed = text.trim() === '' ? '{}\n' : text
  for (const [event, entry] of Object.entries(entries)) {
    const groups = groupsOf(changed, event)
    if (groups === null) return null
    const group = /^(Stop|SessionEnd)$/.test(event) ? { hooks: [entry] } : { matcher: '*', hooks: [entry] }
    const path = groups.length === 0 ? ['hooks', event] : ['hooks', event, groups.length]
    const value = groups.length === 0 ? [group] : group
    changed = applyEdits(changed, modify(changed, path, value, { formattingOptions, isArrayInsertion: true }))
  }
  return changed
}

/** The settings' text without the hooks whose command is ours, and without what is empty then. */
export function withoutHooks(text: string, isOurs: (command: string) => boolean): string {
  const remove = (from: string, path: (string | number)[]) =>
    applyEdits(from, modify(from, path, undefined, { formattingOptions }))
  const events = Object.keys(objectOf(objectOf(parse(text)).hooks))
  let changed = text
  for (const event of events) {
    const groups = groupsOf(text, event) ?? []
    const kept = groups.filter((group) => !isOnlyOurs(group, isOurs))
    if (kept.length === groups.length) continue
    if (kept.length === 0) changed = remove(changed, ['hooks', event])
    else
      for (let at = groups.length - 1; at >= 0; at -= 1)
        if (isOnlyOurs(groups[at] as Group, isOurs)) changed = remove(changed, ['hooks', event, at])
  }
  const left = objectOf(objectOf(parse(changed)).hooks)
  return changed !== text && Object.keys(left).length === 0 ? remove(changed, ['hooks']) : changed
}

/** Whether the text holds a hook of ours. */
export function hasHooks(text: string, isOurs: (command: string) => boolean): boolean {
  const events = Object.keys(objectOf(objectOf(parse(text)).hooks))
  return events.some((event) =>
    (groupsOf(text, event) ?? []).some(({ hooks }) => entriesOf(hooks).some(({ command }) => isOurs(command))),
  )
}

/**
 * Whether an agent that reads this text calls an entry at an event: it takes strict JSON alone, of two equal names the last, and calls none where all are turned off.
 */
export function hooksHeard(text: string): (event: string, entry: Entry) => boolean {
  const root = strictly(text)
  const { hooks, disableAllHooks } = objectOf(root)
  return (event, entry) => {
    const groups = objectOf(hooks)[event]
    if (disableAllHooks === true || !Array.isArray(groups)) return false
    const called = groups.flatMap((group) => entriesOf(objectOf(group).hooks))
    return called.some(({ command, timeout }) => command === entry.command && timeout === entry.timeout)
  }
}

function strictly(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Null: the text is no JSON, or what stands there is no list. */
function groupsOf(text: string, event: string): Group[] | null {
  const errors: ParseError[] = []
  const root: unknown = parse(text, errors)
  if (errors.length > 0 || !isObject(root)) return null
  const { hooks = {} } = root
  if (!isObject(hooks)) return null
  const groups = hooks[event] ?? []
  return Array.isArray(groups) ? (groups as Group[]) : null
}

const isOnlyOurs = ({ hooks }: Group, isOurs: (command: string) => boolean) =>
  Array.isArray(hooks) &&
  hooks.length > 0 &&
  entriesOf(hooks).filter(({ command }) => isOurs(command)).length === hooks.length

const entriesOf = (hooks: unknown): Entry[] =>
  Array.isArray(hooks)
    ? hooks.filter((entry): entry is Entry => isObject(entry) && typeof entry.command === 'string')
    : []

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const objectOf = (value: unknown) => (isObject(value) ? value : {})
