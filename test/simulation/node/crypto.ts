/** `node:crypto` for the host agent in a simulated run: chance is the seed's. */
export * from 'node:crypto'

export const randomBytes = (length: number): Buffer =>
  Buffer.from(globalThis.crypto.getRandomValues(new Uint8Array(length)))
