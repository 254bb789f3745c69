import { nameInside } from '../sandbox/model-routes.ts'

/** How an agent is made to take the scripted model for its own: variables, and files in its HOME by their path. */
export type ModelSettings = { environment: Record<string, string>; files: Record<string, string> }

/** No agent of these needs an account for it, and none is told a key. */
const none = 'none'

/** `url`: where the model is, for variables. `inFile`: where the agent finds it that reads it in a file, which no sandbox rewrites. */
const settings: Readonly<Record<string, (url: string, inFile: string) => ModelSettings>> = {
  claude: (url) => ({
    environment: { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: none },
    files: {},
  }),
  codex: (url, inFile) => ({
    // It does not read the second one: that leads the sandbox's own name for it to the model.
    environment: { OPENAI_API_KEY: none, OPENAI_BASE_URL: `${url}/v1` },
    files: {
      '.codex/config.toml': [
        'model = "scripted"',
        'model_provider = "scripted"',
        'approval_policy = "on-request"',
        'sandbox_mode = "read-only"',
        'check_for_update_on_startup = false',
        '[model_providers.scripted]',
        'name = "scripted"',
        `base_url = "${inFile}/v1"`,
        'wire_api = "responses"',
        'env_key = "OPENAI_API_KEY"',
        'request_max_retries = 0',
        'stream_max_retries = 0',
        '[analytics]',
        'enabled = false',
        '[feedback]',
        'enabled = false',
        '',
      ].join('\n'),
    },
  }),
  gemini: (url) => ({
    environment: { GEMINI_API_KEY: none, GOOGLE_GEMINI_BASE_URL: url, GEMINI_MODEL: 'gemini-2.5-pro' },
    files: {
      '.gemini/settings.json': JSON.stringify({
        security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } },
        general: { disableAutoUpdate: true, enableAutoUpdate: false },
        telemetry: { enabled: false },
        privacy: { usageStatisticsEnabled: false },
      }),
    },
  }),
  opencode: (url) => ({
    // By variables, which lead to it also from inside of a sandbox.
    environment: { OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: none },
    files: {
      '.config/opencode/opencode.json': JSON.stringify({
        autoupdate: false,
        share: 'disabled',
        model: 'scripted/scripted',
        small_model: 'scripted/scripted',
        enabled_providers: ['scripted'],
        provider: {
          scripted: {
            npm: '@ai-sdk/openai-compatible',
            name: 'Scripted',
            options: { baseURL: '{env:OPENAI_BASE_URL}', apiKey: '{env:OPENAI_API_KEY}' },
            models: { scripted: { name: 'Scripted', tool_call: true, limit: { context: 100_000, output: 4_096 } } },
          },
        },
      }),
    },
  }),
  qwen: (url) => ({
    environment: { OPENAI_API_KEY: none, OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: 'scripted' },
    files: {
      '.qwen/settings.json': JSON.stringify({
        security: { auth: { selectedType: 'openai' } },
        general: { enableAutoUpdate: false },
        privacy: { usageStatisticsEnabled: false },
        model: { name: 'scripted' },
      }),
    },
  }),
  copilot: (url) => ({
    environment: {
      COPILOT_PROVIDER_BASE_URL: `${url}/v1`,
      COPILOT_PROVIDER_API_KEY: none,
      COPILOT_PROVIDER_TYPE: 'openai',
      COPILOT_MODEL: 'scripted',
      COPILOT_OFFLINE: 'true',
    },
    files: {},
  }),
}

/** For an agent that works in the sandbox, or outside. Null: nobody has found out how this agent is led to another model. */
export const modelSettings = (agent: string, url: string, inSandbox = false): ModelSettings | null =>
  settings[agent]?.(url, inSandbox ? `http://${nameInside('OPENAI_BASE_URL')}` : url) ?? null
