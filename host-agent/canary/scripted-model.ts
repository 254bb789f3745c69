import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Body, modelApis } from './model-apis.ts'
import { bindStep, type ModelStep } from './model-step.ts'

export type ScriptedModel = {
  /** Its address, without a path. */
  url: string
  /** What the agent told the model of each tool call, oldest first. */
  toolResults(): readonly string[]
  close(): Promise<void>
}

/**
 * A model on loopback that plays a script instead of thinking, in the four APIs that agents speak (Gemini, Anthropic Messages, OpenAI Chat and Responses). The step is the
 * number of tool calls in the conversation so far, so it keeps no state of its own; a question without tools (a title, a summary) gets a word. `cwd`: the
 * folder in which the steps' paths lie.
 */
export async function startScriptedModel({
  script,
  cwd,
}: {
  script(): readonly ModelStep[]
  cwd(): string
}): Promise<ScriptedModel> {
  let results: readonly string[] = []
  const server = createServer((request, response) => {
    void readBody(request).then(
      (body) => {
        const path = new URL(request.url ?? '/', 'http://localhost').pathname
        const api = request.method === 'POST' ? modelApis.find((known) => known.path.test(path)) : undefined
        if (!api) {
          // Some look first which models there are, and whether the address answers.
          const isList = request.method === 'GET' && /\/models$/.test(path)
          response.writeHead(isList ? 200 : 404, { 'content-type': 'application/json' })
          response.end(isList ? models : '{"error":{"code":404,"message":"no such route"}}')
          return
        }
        const { calls, results: told, tools } = api.read(body)
        if (told.length > results.length) results = told
        const step = script()[calls] ?? { say: 'There is nothing more to do.' }
        const reply = tools.length === 0 ? { say: 'Ok' } : bindStep(step, tools, cwd())
        api.write(response, reply, body.stream === true || /:stream/.test(path))
      },
      () => response.writeHead(400).end(),
    )
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

const models = JSON.stringify({ object: 'list', data: [{ id: 'scripted', object: 'model', created: 0, owned_by: '' }] })

async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const content = Buffer.concat(chunks)
  if (content.length === 0) return {}
  const { gunzipSync, zstdDecompressSync } = await import('node:zlib')
  const encoding = request.headers['content-encoding']
  const plain = encoding === 'gzip' ? gunzipSync(content) : encoding === 'zstd' ? zstdDecompressSync(content) : content
  return JSON.parse(plain.toString()) as Body
}
