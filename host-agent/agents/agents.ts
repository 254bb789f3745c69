/** What the registry of agents does not say: how to start one so that it asks, and what it needs to know of the environment. */
export type AgentFacts = {
  name: string
  /** Under which the registry of the Agent Client Protocol lists it; also understood wherever `name` is. Empty: it does not. */
  registry: string
  title: string
  /** npm package, for the sentence that says how to install it. */
  package: string
  command: string
  args: readonly string[]
  /** Fixed variables that make it ask. */
  env: Readonly<Record<string, string>>
  /** Variables it may inherit: its model's address and key. */
  pass: readonly string[]
  /** The mode that asks: set, read back, watched. Null: `env` or its default makes it ask. */
  mode: string | null
  /** Options that are switched off before the first prompt. */
  off: readonly string[]
  /** Where it names the command that it wants to run. */
  commandIn: 'rawInput' | 'title'
  /** What a person does once, so that it may use its model. */
  login: string
}

const none = { env: {}, off: [], mode: null, commandIn: 'rawInput', registry: '', login: '' } as const

export const agents: readonly AgentFacts[] = [
  {
    ...none,
    name: 'claude',
    registry: 'claude-acp',
    title: 'Claude Code',
    package: '@agentclientprotocol/claude-agent-acp@0.100.0',
    command: 'claude-agent-acp',
    args: [],
    env: { DISABLE_AUTOUPDATER: '1' },
    login: 'Sign in once with the command claude, or set ANTHROPIC_API_KEY.',
    pass: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_BASE_URL', 'ANTHROPIC_MODEL', 'CLAUDE_CONFIG_DIR'],
    mode: 'default',
  },
  {
    ...none,
    name: 'codex',
    registry: 'codex-acp',
    title: 'Codex',
    package: '@agentclientprotocol/codex-acp@2.6.0',
    command: 'codex-acp',
    args: [],
    // Its own default lets a model approve.
    env: { INITIAL_AGENT_MODE: 'read-only' },
    login: 'Sign in once with the command codex login, or set OPENAI_API_KEY.',
    pass: ['OPENAI_API_KEY', 'CODEX_API_KEY', 'CODEX_HOME', 'OPENAI_BASE_URL'],
    mode: 'read-only',
  },
  {
    ...none,
    name: 'gemini',
    registry: 'gemini',
    title: 'Gemini CLI',
    package: '@google/gemini-cli@0.61.0',
    command: 'gemini',
    args: ['--acp'],
    env: { GEMINI_CLI_NO_RELAUNCH: 'true' },
    login: 'Sign in once with the command gemini, or set GEMINI_API_KEY.',
    pass: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_GEMINI_BASE_URL', 'GOOGLE_CLOUD_PROJECT', 'GEMINI_MODEL'],
    mode: 'default',
    commandIn: 'title',
  },
  {
    ...none,
    name: 'opencode',
    registry: 'opencode',
    title: 'opencode',
    package: 'opencode-ai@1.18.33',
    command: 'opencode',
    args: ['acp'],
    // It allows everything by default.
    env: {
      OPENCODE_CONFIG_CONTENT: '{"permission":{"edit":"ask","bash":"ask","webfetch":"ask"}}',
      OPENCODE_DISABLE_AUTOUPDATE: '1',
    },
    login: 'Sign in once with the command opencode auth login, or set the key of your provider.',
    pass: ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GEMINI_API_KEY', 'OPENROUTER_API_KEY'],
  },
  {
    ...none,
    name: 'qwen',
    registry: 'qwen-code',
    title: 'Qwen Code',
    package: '@qwen-code/qwen-code@0.15.10',
    command: 'qwen',
    args: ['--acp'],
    login: 'Sign in once with the command qwen, or set OPENAI_API_KEY, OPENAI_BASE_URL and OPENAI_MODEL.',
    pass: ['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'OPENAI_MODEL', 'DASHSCOPE_API_KEY'],
    mode: 'default',
  },
  {
    ...none,
    name: 'copilot',
    registry: 'github-copilot-cli',
    title: 'GitHub Copilot CLI',
    package: '@github/copilot@1.0.102',
    command: 'copilot',
    args: ['--acp', '--no-auto-update'],
    env: { COPILOT_AUTO_UPDATE: 'false' },
    login: 'Sign in once with the command copilot, or set COPILOT_PROVIDER_BASE_URL and COPILOT_PROVIDER_API_KEY.',
    pass: [
      'COPILOT_PROVIDER_BASE_URL',
      'COPILOT_PROVIDER_API_KEY',
      'COPILOT_PROVIDER_TYPE',
      'COPILOT_MODEL',
      'COPILOT_OFFLINE',
    ],
    off: ['allow_all'],
  },
]

/** By its own name or the registry's. */
export const findAgent = (name: string): AgentFacts | undefined =>
  agents.find((facts) => facts.name === name || facts.registry === name)

/** An agent that the person at the host named by its command line: nothing is known of it, so what it may do unasked is not either. */
export const unknownAgent = (words: readonly string[]): AgentFacts => ({
  ...none,
  name: 'custom',
  title: words.join(' ').slice(0, 120),
  package: '',
  command: words[0] ?? '',
  args: words.slice(1),
  pass: [],
})
