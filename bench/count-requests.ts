import http from 'node:http'
import { syncBuiltinESMExports } from 'node:module'

/**
 * What this process has asked of its database, as DynamoDB would bill it: `items` read or written; a transaction counts its items, a query what it
 * found and at least one. `proofs`: reads of a caller's key, which every call makes.
 */
export const counts = { items: 0, proofs: 0 }

function count(operation: string, asked: string, answered: string): void {
  const request = JSON.parse(asked) as {
    Key?: { sk?: { S?: string } }
    TransactItems?: unknown[]
    RequestItems?: object
  }
  if (operation === 'GetItem' && request.Key?.sk?.S?.startsWith('KEY#')) {
    counts.proofs += 1
    return
  }
  const found = () => Math.max(1, (JSON.parse(answered) as { Count?: number }).Count ?? 1)
  const batch = () => Object.values(request.RequestItems ?? {}).flat().length
  const items =
    operation === 'TransactWriteItems'
      ? (request.TransactItems?.length ?? 1)
      : operation === 'Query'
        ? found()
        : operation.startsWith('Batch')
          ? batch()
          : 1
  counts.items += items
}

const real = http.request
const counted = ((...args: Parameters<typeof http.request>) => {
  const request = real(...args)
  const target = request.getHeader('x-amz-target')
  if (typeof target !== 'string' || !target.startsWith('DynamoDB_')) return request
  let asked = ''
  let answered = ''
  for (const name of ['write', 'end'] as const) {
    const send = request[name].bind(request) as (...chunks: unknown[]) => never
    request[name] = ((chunk: unknown, ...rest: unknown[]) => {
      if (typeof chunk === 'string' || chunk instanceof Uint8Array) asked += Buffer.from(chunk as string).toString()
      return send(chunk, ...rest)
    }) as never
  }
  request.once('response', (response) => {
    // What is pushed into the stream, so that its reader is not disturbed.
    const push = response.push.bind(response)
    response.push = (chunk: unknown, encoding?: BufferEncoding) => {
      if (chunk instanceof Uint8Array) answered += Buffer.from(chunk).toString()
      else if (chunk === null) count(target.split('.')[1] ?? '', asked, answered)
      return push(chunk, encoding)
    }
  })
  return request
}) as typeof http.request
http.request = counted
// For whoever has imported it by name.
syncBuiltinESMExports()
