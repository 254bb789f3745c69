import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

type Message = { role: string; content: string | null; tool_call_id?: string }
export type ChatRequest = { model: string; messages: Message[]; authorization: string | undefined }
/** What the server answers: words, calls of tools, or a status that is a failure; `cut`: the connection breaks after the words. */
export type ChatAnswer =
  | { say: string; cut?: boolean; usage?: [input: number, output: number, cached: number] }
  | { calls: { name: string; input: unknown }[]; usage?: [input: number, output: number, cached: number] }
  | { status: number }
export type ChatServer = { url: string; requests: ChatRequest[]; close(): Promise<void> }

/** A server on loopback that speaks OpenAI's chat completions, streamed, in pieces of a few characters. */
export async function startChatServer(
  answer: (request: ChatRequest, index: number) => ChatAnswer,
): Promise<ChatServer> {
  const requests: ChatRequest[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const piece of request) text += piece
    const body = JSON.parse(text) as { model: string; messages: Message[] }
    const asked = { ...body, authorization: request.headers.authorization }
    requests.push(asked)
    const reply = answer(asked, requests.length - 1)
    if ('status' in reply) return response.writeHead(reply.status).end('{"error":{"message":"out of order"}}')
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const send = (delta: unknown, finish: string | null = null) =>
      response.write(
        `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 0, model: body.model, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`,
      )
    if ('say' in reply) {
      for (const piece of reply.say.match(/[\s\S]{1,7}/g) ?? []) send({ content: piece })
      if (reply.cut) return response.write(': the last word\n\n', () => setTimeout(() => response.destroy(), 100))
    } else
      for (const [index, { name, input }] of reply.calls.entries()) {
        send({
          tool_calls: [
            { index, id: `call_${requests.length}_${index}`, type: 'function', function: { name, arguments: '' } },
          ],
        })
        for (const piece of JSON.stringify(input).match(/[\s\S]{1,5}/g) ?? [])
          send({ tool_calls: [{ index, function: { arguments: piece } }] })
      }
    send({}, 'say' in reply ? 'stop' : 'tool_calls')
    if (reply.usage) {
      const [prompt_tokens, completion_tokens, cached_tokens] = reply.usage
      const total_tokens = prompt_tokens + completion_tokens
      const usage = { prompt_tokens, completion_tokens, total_tokens, prompt_tokens_details: { cached_tokens } }
      response.write(
        `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 0, model: body.model, choices: [], usage })}\n\n`,
      )
    }
    return response.end('data: [DONE]\n\n')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
}
