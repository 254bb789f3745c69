import canonicalize from 'canonicalize'

/**
 * RFC 8785 (JCS). Null for what has no canonical form: lone surrogates, NaN, infinity, undefined.
 */
export function canonicalJson(value: unknown): string | null {
  try {
    const text = canonicalize(value)
    return text === undefined || !text.isWellFormed() ? null : text
  } catch {
    return null
  }
}
