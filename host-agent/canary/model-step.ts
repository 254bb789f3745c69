/** One step of a model's script: it says something and ends its turn, wants a command run, a file written, or a named tool called. */
export type ModelStep =
  | { say: string }
  | { run: string }
  | { write: string; content: string }
  | { call: string; args: Readonly<Record<string, unknown>> }

/** A tool that an agent offers to its model. `fields` are the names of what it takes; `isText`: it takes one text and no fields. */
export type OfferedTool = { name: string; namespace?: string; fields: readonly string[]; isText: boolean }

/** What a model answers. */
export type ModelReply =
  | { say: string }
  | { tool: string; namespace?: string; args: Readonly<Record<string, unknown>> }
  | { tool: string; namespace?: string; text: string }

type Arguments = (step: { text: string; cwd: string; content: string }) => Record<string, unknown>

/** Tools that run a command, by the names that agents give them. */
const shells: Readonly<Record<string, Arguments>> = {
  // Outside of its own sandbox, for which it has to ask.
  exec_command: ({ text, cwd }) => ({
    cmd: text,
    workdir: cwd,
    sandbox_permissions: 'require_escalated',
    justification: 'a check',
  }),
  shell: ({ text, cwd }) => ({
    command: ['bash', '-lc', text],
    workdir: cwd,
    sandbox_permissions: 'require_escalated',
    justification: 'a check',
  }),
  Bash: ({ text }) => ({ command: text, description: 'a check' }),
  bash: ({ text, cwd }) => ({ command: text, description: 'a check', workdir: cwd }),
  run_shell_command: ({ text }) => ({ command: text, description: 'a check', is_background: false }),
}

const file: Arguments = ({ text, content }) => ({
  file_path: text,
  filePath: text,
  path: text,
  content,
  file_text: content,
})

/** Tools that write a whole file. */
const writers: Readonly<Record<string, Arguments>> = { Write: file, write: file, write_file: file, create: file }

/**
 * What a model answers for a step, in the tools that this agent offers; paths of the step are within `cwd`. An agent that offers no tool for it
 * is told in words.
 */
export function bindStep(step: ModelStep, tools: readonly OfferedTool[], cwd: string): ModelReply {
  if ('say' in step) return step
  if ('call' in step) return { tool: step.call, args: step.args }
  if ('run' in step) return bind(shells, tools, { text: step.run, cwd, content: '' }) ?? { say: 'There is no shell.' }
  const { write, content } = step
  const bound = bind(writers, tools, { text: `${cwd}/${write}`, cwd, content })
  if (bound) return bound
  const patch = tools.find(({ name }) => name === 'apply_patch')
  const text = `*** Begin Patch\n*** Add File: ${write}\n${content.replace(/^/gm, '+')}\n*** End Patch\n`
  if (patch) return patch.isText ? { ...named(patch), text } : { ...named(patch), args: { input: text } }
  return bindStep({ run: `printf %s '${content}' > '${write}'` }, tools, cwd)
}

function bind(
  known: Readonly<Record<string, Arguments>>,
  tools: readonly OfferedTool[],
  step: Parameters<Arguments>[0],
): ModelReply | null {
  for (const [name, argumentsOf] of Object.entries(known)) {
    const tool = tools.find((offered) => offered.name === name)
    if (!tool) continue
    const args = Object.entries(argumentsOf(step)).filter(
      ([field]) => tool.fields.length === 0 || tool.fields.includes(field),
    )
    return { ...named(tool), args: Object.fromEntries(args) }
  }
  return null
}

const named = ({ name, namespace }: OfferedTool) => ({ tool: name, ...(namespace === undefined ? {} : { namespace }) })
