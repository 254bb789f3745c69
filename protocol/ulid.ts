/** Crockford's base 32, which has no letter that looks like a digit. */
const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A ULID (github.com/ulid/spec): 48 bits of time, then 80 that are random. Sorts by `now`, epoch milliseconds. */
export function ulid(now: number): string {
  let time = ''
  for (let left = Math.floor(now); time.length < 10; left = Math.floor(left / 32))
    time = digits.charAt(left % 32) + time
  const random = globalThis.crypto.getRandomValues(new Uint8Array(16))
  return time + Array.from(random, (byte) => digits.charAt(byte % 32)).join('')
}
