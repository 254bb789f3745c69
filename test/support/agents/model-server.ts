import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One step of a model's script: it says something and ends, or calls a tool of the agent's. */
export type ModelStep = { say: string } | { call: string; args: Record<string, unknown> }

export type ModelServer = {
  url: string
  /** What the agent told the model of each tool call, oldest first. */
  toolResults(): string[]
  close(): Promise<void>
}

type Part = { text?: string; functionResponse?: { response: unknown } }
type GeminiRequest = { contents?: { role?: string; parts?: Part[] }[] }

/**
 * A model on loopback that speaks the Gemini API (`models/M:generateContent` and `:streamGenerateContent`) and plays a script: the step is the number of tool results since
 * the conversation began, so it keeps no state of its own.
 */
export async function startModelServer(script: readonly ModelStep[]): Promise<ModelServer> {
  let results: string[] = []
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      if (request.method !== 'POST' || !/GenerateContent$|:generateContent$/.test(pathOf(request))) {
        response
          .writeHead(404, { 'content-type': 'application/json' })
          .end('{"error":{"code":404,"message":"no such route"}}')
        return
      }
      const told = toolResultsOf(body)
      if (told.length > results.length) results = told
      answer(
        response,
        pathOf(request).includes(':stream'),
        script[told.length] ?? { say: 'There is nothing more to do.' },
      )
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    toolResults: () => results,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
}

const pathOf = (request: IncomingMessage): string => new URL(request.url ?? '/', 'http://localhost').pathname

async function readBody(request: IncomingMessage): Promise<GeminiRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return chunks.length === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString()) as GeminiRequest)
}

const toolResultsOf = ({ contents = [] }: GeminiRequest): string[] =>
  contents.flatMap(({ parts = [] }) =>
    parts.flatMap(({ functionResponse }) => (functionResponse ? [JSON.stringify(functionResponse.response)] : [])),
  )

function answer(response: ServerResponse, stream: boolean, step: ModelStep): void {
  const parts =
    'say' in step ? [{ text: step.say }] : [{ functionCall: { id: 'call-1', name: step.call, args: step.args } }]
  const body = JSON.stringify({
    candidates: [{ index: 0, content: { role: 'model', parts }, finishReason: 'STOP' }],
    usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 20, totalTokenCount: 120 },
    modelVersion: 'scripted',
  })
  response.writeHead(200, { 'content-type': stream ? 'text/event-stream' : 'application/json' })
  response.end(stream ? `data: ${body}\n\n` : body)
}
