import { appendEntry, readLog } from '#trust/trust-log.ts'
import { webCrypto } from '#trust/web-crypto.ts'

/** What a relay shows one of its callers instead of the log that it has; null: the real one. */
export type Face = { entries: string[] | null }

/** What such a relay answers about the trust log; null: what the real one does. */
export async function answerAs(
  face: Face,
  { url, method, body }: { url: URL; method: string; body: string },
): Promise<Response | null> {
  const { entries } = face
  if (!entries || url.pathname !== '/v1/trust') return null
  if (method === 'POST') {
    const { entry } = JSON.parse(body) as { entry: string }
    const state = await readLog(webCrypto, entries)
    const next = state.ok ? await appendEntry(webCrypto, state.value, entry) : state
    if (!next.ok) return Response.json({ type: next.code, title: '', status: 409 }, { status: 409 })
    entries.push(entry)
    return Response.json({ n: entries.length - 1 })
  }
  const from = Number(url.searchParams.get('from') ?? 0)
  return Response.json({ from, entries: entries.slice(from), more: false })
}

/** A real relay that shows this caller a trust log of its own, and keeps there what the caller signs. */
export const facing =
  (face: Face, real: typeof fetch = fetch): typeof fetch =>
  async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const body = init?.body ? new TextDecoder().decode(init.body as Uint8Array) : ''
    return (await answerAs(face, { url, method: init?.method ?? 'GET', body })) ?? real(input, init)
  }
