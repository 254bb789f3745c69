import type { ServerResponse } from 'node:http'
import type { ModelReply, OfferedTool } from './model-step.ts'

/** What an agent tells its model: how often it was told to use a tool before, what came of it, and the tools that it offers now. */
export type Conversation = { calls: number; results: readonly string[]; tools: readonly OfferedTool[] }

/** One of the four APIs by which agents speak with models. Only what the agents send and read of it. */
export type ModelApi = {
  path: RegExp
  read(body: Body): Conversation
  /** Writes the whole answer and ends the response. */
  write(response: ServerResponse, reply: ModelReply, stream: boolean): void
}

type Schema = { properties?: object }
type Block = {
  type?: string
  text?: string
  content?: unknown
  functionCall?: object
  functionResponse?: { response: unknown }
}
type Tool = {
  name?: string
  type?: string
  parameters?: Schema
  input_schema?: Schema
  function?: { name: string; parameters?: Schema }
  functionDeclarations?: { name: string; parameters?: Schema; parametersJsonSchema?: Schema }[]
  tools?: Tool[]
}
type Message = { role?: string; content?: string | Block[]; parts?: Block[]; tool_calls?: object[] }
/** A request's body, as far as it is looked at. */
export type Body = {
  input?: (Block & { output?: unknown })[] | string
  messages?: Message[]
  contents?: Message[]
  tools?: Tool[]
  stream?: boolean
}

const offered = (name: string | undefined, schema: Schema | undefined, namespace?: string): OfferedTool => ({
  name: name ?? '',
  fields: Object.keys(schema?.properties ?? {}),
  isText: schema === undefined,
  ...(namespace === undefined ? {} : { namespace }),
})
const wordsOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
const blocksOf = ({ content, parts }: Message): Block[] => parts ?? (Array.isArray(content) ? content : [])

function conversation(
  blocks: readonly Block[],
  isCall: (block: Block) => boolean,
  resultOf: (block: Block) => unknown,
  tools: readonly OfferedTool[],
): Conversation {
  const results = blocks.map(resultOf).filter((result) => result !== undefined)
  return { calls: blocks.filter(isCall).length, results: results.map(wordsOf), tools }
}

const json = (response: ServerResponse, body: object) =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))

/** Server-sent events; a name where the API has one. */
function events(response: ServerResponse, list: readonly object[], isNamed: boolean, last = ''): void {
  const lines = list.map((event) => {
    const name = isNamed && 'type' in event ? `event: ${event.type}\n` : ''
    return `${name}data: ${JSON.stringify(event)}\n\n`
  })
  response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`${lines.join('')}${last}`)
}

const argumentsOf = (reply: Exclude<ModelReply, { say: string }>) =>
  'args' in reply ? reply.args : { input: reply.text }

const gemini: ModelApi = {
  path: /:(stream)?generateContent$/i,
  read: ({ contents = [], tools = [] }) =>
    conversation(
      contents.flatMap(blocksOf),
      ({ functionCall }) => functionCall !== undefined,
      ({ functionResponse }) => functionResponse?.response,
      tools
        .flatMap(({ functionDeclarations = [] }) => functionDeclarations)
        .map(({ name, parameters, parametersJsonSchema }) => offered(name, parametersJsonSchema ?? parameters)),
    ),
  write(response, reply, stream) {
    const part =
      'say' in reply
        ? { text: reply.say }
        : { functionCall: { id: 'call-1', name: reply.tool, args: argumentsOf(reply) } }
    const body = {
      candidates: [{ index: 0, content: { role: 'model', parts: [part] }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 20, totalTokenCount: 120 },
      modelVersion: 'scripted',
    }
    if (stream) events(response, [body], false)
    else json(response, body)
  },
}

const anthropic: ModelApi = {
  path: /\/messages$/,
  read: ({ messages = [], tools = [] }) =>
    conversation(
      messages.flatMap(blocksOf),
      ({ type }) => type === 'tool_use',
      ({ type, content }) => (type === 'tool_result' ? content : undefined),
      tools.map(({ name, input_schema }) => offered(name, input_schema ?? {})),
    ),
  write(response, reply, stream) {
    const isWords = 'say' in reply
    const block = isWords
      ? { type: 'text', text: reply.say }
      : { type: 'tool_use', id: newId('toolu'), name: reply.tool, input: argumentsOf(reply) }
    const usage = { input_tokens: 100, output_tokens: 20 }
    const stop = { stop_reason: isWords ? 'end_turn' : 'tool_use', stop_sequence: null }
    const message = { id: newId('msg'), type: 'message', role: 'assistant', model: 'scripted', content: [], usage }
    if (!stream) return json(response, { ...message, ...stop, content: [block] })
    const delta =
      'text' in block
        ? { type: 'text_delta', text: block.text }
        : { type: 'input_json_delta', partial_json: JSON.stringify(block.input) }
    const empty = 'text' in block ? { ...block, text: '' } : { ...block, input: {} }
    events(
      response,
      [
        { type: 'message_start', message: { ...message, stop_reason: null, stop_sequence: null } },
        { type: 'content_block_start', index: 0, content_block: empty },
        { type: 'content_block_delta', index: 0, delta },
        { type: 'content_block_stop', index: 0 },
        { type: 'message_delta', delta: stop, usage },
        { type: 'message_stop' },
      ],
      true,
    )
  },
}

const chat: ModelApi = {
  path: /\/chat\/completions$/,
  read: ({ messages = [], tools = [] }) => ({
    calls: messages.reduce((sum, { tool_calls }) => sum + (tool_calls?.length ?? 0), 0),
    results: messages.filter(({ role }) => role === 'tool').map(({ content }) => wordsOf(content)),
    tools: tools.map((tool) => offered(tool.function?.name, tool.function?.parameters ?? {})),
  }),
  write(response, reply, stream) {
    const isWords = 'say' in reply
    const finish_reason = isWords ? 'stop' : 'tool_calls'
    const call = isWords
      ? null
      : {
          index: 0,
          id: newId('call'),
          type: 'function',
          function: { name: reply.tool, arguments: JSON.stringify(argumentsOf(reply)) },
        }
    const message = { role: 'assistant', content: isWords ? reply.say : null, ...(call ? { tool_calls: [call] } : {}) }
    const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 }
    const head = { id: newId('chatcmpl'), created: 0, model: 'scripted' }
    if (!stream)
      return json(response, {
        ...head,
        object: 'chat.completion',
        usage,
        choices: [{ index: 0, message, finish_reason }],
      })
    const chunk = { ...head, object: 'chat.completion.chunk' }
    events(
      response,
      [
        { ...chunk, choices: [{ index: 0, delta: message, finish_reason: null }] },
        { ...chunk, choices: [{ index: 0, delta: {}, finish_reason }], usage },
      ],
      false,
      'data: [DONE]\n\n',
    )
  },
}

const responses: ModelApi = {
  path: /\/responses$/,
  read: ({ input = [], tools = [] }) =>
    conversation(
      Array.isArray(input) ? input : [],
      ({ type = '' }) => /_call$/.test(type),
      (item) => (/_output$/.test(item.type ?? '') ? (item as { output?: unknown }).output : undefined),
      tools.flatMap((tool) =>
        tool.type === 'namespace'
          ? (tool.tools ?? []).map(({ name, parameters }) => offered(name, parameters, tool.name))
          : [offered(tool.name ?? tool.type, tool.parameters)],
      ),
    ),
  write(response, reply) {
    const item =
      'say' in reply
        ? {
            id: newId('msg'),
            type: 'message',
            role: 'assistant',
            status: 'completed',
            content: [{ type: 'output_text', text: reply.say, annotations: [] }],
          }
        : {
            id: newId('fc'),
            ...('text' in reply
              ? { type: 'custom_tool_call', input: reply.text }
              : { type: 'function_call', arguments: JSON.stringify(reply.args) }),
            status: 'completed',
            call_id: newId('call'),
            name: reply.tool,
            ...(reply.namespace === undefined ? {} : { namespace: reply.namespace }),
          }
    const whole = { id: newId('resp'), object: 'response', created_at: 0, model: 'scripted' }
    const usage = {
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 20,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 120,
    }
    const list = [
      { type: 'response.created', response: { ...whole, status: 'in_progress', output: [] } },
      { type: 'response.output_item.added', output_index: 0, item: { ...item, status: 'in_progress' } },
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response: { ...whole, status: 'completed', output: [item], usage } },
    ]
    events(
      response,
      list.map((event, sequence_number) => ({ ...event, sequence_number })),
      true,
    )
  },
}

const newId = (prefix: string) => `${prefix}_${crypto.randomUUID().replaceAll('-', '')}`

export const modelApis: readonly ModelApi[] = [gemini, anthropic, chat, responses]
