import type { Asker, Gate } from '../approvals/gate.ts'

/** Which of a project's files the policy lets be read without asking anybody: all of them at once where it can, else one by one. */
export async function mayRead(gate: Gate, asker: Asker, names: readonly string[]): Promise<readonly string[]> {
  const allows = async (paths: readonly string[]) =>
    (await gate.judge(asker, {
      kind: 'tool',
      driver: 'host',
      binding: 'exact',
      input: { tool: 'pull_request', paths },
      command: null,
      edits: [],
      paths,
      reads: true,
      unknown: [],
    })) === 'allow'
  if (await allows(names)) return names
  const open: string[] = []
  for (const name of names) if (await allows([name])) open.push(name)
  return open
}
