import { basename } from 'node:path'
import { type ParsedShell, parseShell, type Redirect, type SimpleCommand, type Word } from './parse-shell.ts'
import { absolutePath, isObeyed, placeOf } from './places.ts'
import { programRisk } from './program-risks.ts'
import { hidden, noRisk, type Risk, risk, worse } from './tiers.ts'

const shells = new Set(['sh', 'bash', 'dash', 'zsh', 'ksh', 'ash'])
const interpreters = new Set([
  'node',
  'python',
  'python3',
  'ruby',
  'perl',
  'php',
  'deno',
  'bun',
  'lua',
  'osascript',
  'awk',
  'gawk',
  'sed',
])
/** They run the command that follows them, after their own options. */
const prefixes = new Set(['env', 'nice', 'nohup', 'time', 'timeout', 'stdbuf', 'command', 'exec', 'setsid', 'ionice'])
const safeWithXargs = new Set(['grep', 'cat', 'wc', 'ls', 'head', 'tail', 'echo', 'stat', 'file'])
const nested = 5

export type ClassifiedCommand = { risk: Risk; argv: string[] | null }

/**
 * Judges a command line before it runs: its tier and what can't be inspected. What is not one simple command has no argv and
 * is at least tier 2. Deliberately suspicious: it may call something riskier than it is, never the other way round.
 */
export function classifyCommand(line: string, cwd: string, project: string): ClassifiedCommand {
  const parsed = parseShell(line)
  return { risk: lineRisk(parsed, cwd, project, 0), argv: parsed.argv }
}

function lineRisk(parsed: ParsedShell, cwd: string, project: string, depth: number): Risk {
  let total = parsed.commands.length > 1 ? risk(2, 'Several commands in one line') : noRisk
  if (parsed.commands.length === 0) total = hidden('There is no command in it')
  if (parsed.obscure.has('substitution')) total = worse(total, hidden('Part of it is the output of another command'))
  if (parsed.obscure.has('expansion')) total = worse(total, hidden('Part of it is only known when it runs (variables)'))
  if (parsed.obscure.has('control-character')) total = worse(total, hidden('It has control characters'))
  if (parsed.obscure.has('unfinished')) total = worse(total, hidden('A quote or redirection is not finished'))
  const suspicious = parsed.obscure.has('compound-syntax')
  if (suspicious) total = worse(total, risk(2, 'It is a script of several parts'))
  let here: string = cwd
  for (const command of parsed.commands) {
    total = worse(total, commandRisk(command, here, project, depth))
    const moved = folderAfter(command, here, project)
    if (moved === null) total = worse(total, risk(3, 'Works in a folder outside of the project'))
    here = moved ?? here
    // Inside of `if`, `for`, a here-document or a comment any word may start a command.
    if (!suspicious) continue
    for (let start = 1; start < command.words.length; start += 1) {
      const rest = programOf({ ...command, words: command.words.slice(start) }, here, project, depth)
      if (rest.tier === 3 || rest.uninspectable.length > 0) total = worse(total, rest)
    }
  }
  return total
}

/** Where the commands after this one work: null when that is not in the project or not known. */
function folderAfter({ words }: SimpleCommand, cwd: string, project: string): string | null {
  if (words[0]?.text !== 'cd' && words[0]?.text !== 'pushd' && words[0]?.text !== 'popd') return cwd
  const target = words[1]
  if (words.length !== 2 || !target?.exact || target.text.startsWith('-')) return null
  const folder = absolutePath(target.text, cwd)
  return placeOf(folder, project) === 'project' ? folder : null
}

function commandRisk(command: SimpleCommand, cwd: string, project: string, depth: number): Risk {
  let total = command.words.length > 0 ? programOf(command, cwd, project, depth) : noRisk
  for (const { text } of command.assignments) {
    total = worse(total, risk(2, `Sets ${text.split('=')[0]?.slice(0, 60)} for it`))
  }
  for (const redirect of command.redirects) total = worse(total, redirectRisk(redirect, cwd, project))
  for (const word of command.words.slice(1)) total = worse(total, pathRisk(word, cwd, project, total.tier > 0))
  if (command.words.some(({ exact }) => !exact)) total = worse(total, risk(2, 'Its words are patterns'))
  const hosts = command.words.flatMap(({ text }) => hostsIn(text))
  return { ...total, hosts: [...new Set([...total.hosts, ...hosts])].slice(0, 50) }
}

function programOf(command: SimpleCommand, cwd: string, project: string, depth: number): Risk {
  const [program, ...rest] = command.words
  if (!program?.exact) return hidden('Which program runs is only known when it runs')
  if (depth >= nested) return hidden('Commands within commands within commands')
  const name = basename(program.text)
  const args = rest.map(({ text }) => text)
  if (program.text.includes('/') && placeOf(absolutePath(program.text, cwd), project) === 'project') {
    return risk(2, `Runs ${program.text.slice(0, 120)} of the project`)
  }
  if (name === 'eval' || name === 'source' || name === '.' || name === 'trap' || name === 'alias') {
    return hidden(`${name} runs what it is given`)
  }
  if (shells.has(name)) return shellRisk(name, rest, command, cwd, project, depth)
  if (name === 'xargs' || name === 'parallel') {
    const inner = rest.findIndex(({ text }) => !text.startsWith('-') && !/^\d+$/.test(text))
    return inner !== -1 && safeWithXargs.has(rest[inner]?.text ?? '')
      ? risk(2, `${name} takes its arguments from another command`)
      : hidden(`${name} runs a program with arguments that are not shown`)
  }
  if (prefixes.has(name)) {
    const inner = rest.findIndex(({ text }) => !/^-|^[A-Za-z_]\w*=|^\d+[smhd]?$/.test(text))
    if (inner === -1) return risk(2, `${name} shows or changes the environment`)
    return worse(
      risk(2, `${name} changes how it runs`),
      programOf({ ...command, words: rest.slice(inner) }, cwd, project, depth + 1),
    )
  }
  if (name === 'find') {
    const at = args.findIndex((arg) => /^-(exec|execdir|ok|okdir)$/.test(arg))
    const inner = at === -1 ? noRisk : programOf({ ...command, words: rest.slice(at + 1) }, cwd, project, depth + 1)
    return worse(programRisk(name, args), inner)
  }
  if (interpreters.has(name) && !(name === 'node' && args.includes('--test'))) {
    const reads = command.piped && !args.some((arg) => !arg.startsWith('-'))
    return reads
      ? hidden(`${name} runs what another command writes`)
      : risk(2, `${name} runs a program that is not one of the known`)
  }
  return programRisk(name, args)
}

/** A shell within: with `-c` its text is judged, with a file it runs that file, else it runs what it reads. */
function shellRisk(
  name: string,
  rest: Word[],
  command: SimpleCommand,
  cwd: string,
  project: string,
  depth: number,
): Risk {
  const at = rest.findIndex(({ text }) => /^-[a-z]*c$/.test(text))
  const script = at === -1 ? undefined : rest[at + 1]
  if (script?.exact)
    return worse(risk(2, `${name} runs a command line`), lineRisk(parseShell(script.text), cwd, project, depth + 1))
  const file = rest.find(({ text }) => !text.startsWith('-'))
  if (at === -1 && file?.exact && !command.piped) return risk(2, `${name} runs ${file.text.slice(0, 120)}`)
  return hidden(command.piped ? `${name} runs what another command writes` : `${name} runs what is not shown`)
}

function redirectRisk({ operator, target }: Redirect, cwd: string, project: string): Risk {
  if (!target?.exact) return risk(2, 'Redirects to what is only known when it runs')
  const path = target.text
  if (path === '/dev/null' || (operator.endsWith('&') && /^(\d|-)$/.test(path))) return noRisk
  if (path.startsWith('/dev/tcp') || path.startsWith('/dev/udp')) return risk(2, 'Uses the network')
  const place = placeOf(absolutePath(path, cwd), project)
  if (operator === '<' || operator.startsWith('<<'))
    return place === 'outside' ? risk(2, 'Reads outside of the project') : noRisk
  if (place === 'outside') return risk(3, 'Writes outside of the project')
  return place === 'control' ? risk(3, 'Writes what other programs obey') : risk(1, 'Writes a file')
}

/** A word that is or holds a path (`--out=/x`), judged by where it leads. */
function pathRisk({ text }: Word, cwd: string, project: string, writes: boolean): Risk {
  const path = text.replace(/^-{1,2}[\w-]*=?/, '')
  const isPath = /^[/~]|(^|\/)\.\.(\/|$)|^\.|\//.test(path) || isObeyed(path)
  if (path === '' || /^[a-z][a-z0-9+.-]*:\/\//i.test(path) || !isPath) return noRisk
  const place = placeOf(absolutePath(path, cwd), project)
  if (place === 'project') return noRisk
  if (place === 'control') return writes ? risk(3, 'Touches what other programs obey') : noRisk
  return writes ? risk(3, 'Acts outside of the project') : risk(2, 'Reads outside of the project')
}

function hostsIn(text: string): string[] {
  const url = /^(?:[a-z][a-z0-9+.-]*:\/\/)(?:[^/@\s]*@)?(\[[^\]]+\]|[^/:\s?#]+)/i.exec(text)?.[1]
  const scp = /^(?:[\w.-]+@)([\w.-]+):/.exec(text)?.[1]
  return [url, scp].filter((host) => host !== undefined).map((host) => host.toLowerCase().slice(0, 255))
}
