/** What every agent and command may know of the host's environment. All else (tokens, sockets, agents' own switches) stays out. */
const kept =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_[A-Z]+|TZ|TMPDIR|XDG_[A-Z]+_(HOME|DIRS)|NVM_DIR|VOLTA_HOME|JAVA_HOME|GOPATH|GOROOT|CARGO_HOME|RUSTUP_HOME|PYENV_ROOT)$/

/** `pass` names further variables that this agent needs, e.g. its model's key; `fixed` are added as they are. */
export function cleanEnvironment(
  from: Readonly<Record<string, string | undefined>>,
  pass: readonly string[],
  fixed: Readonly<Record<string, string>>,
): Record<string, string> {
  const environment: Record<string, string> = {}
  for (const [name, value] of Object.entries(from)) {
    if (value !== undefined && (kept.test(name) || pass.includes(name))) environment[name] = value
  }
  return { ...environment, TERM: 'dumb', NO_COLOR: '1', ...fixed }
}
