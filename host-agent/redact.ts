import type { Operation } from '#protocol/statements/operation.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import { commitTo } from '#trust/operation.ts'

/**
 * Secrets as they are known by their form. Each expression's first group is the secret; the rest stays readable.
 * What has no form (a password among the words of a command) can't be found: the operation then shows it.
 */
const forms: readonly RegExp[] = [
  /(-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----[\s\S]+?(?:-----END (?:[A-Z]+ )?PRIVATE KEY-----|$))/g,
  /\b(gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255})\b/g,
  /\b(glpat-[A-Za-z0-9_-]{20,})/g,
  /\b(sk-(?:ant-|proj-|or-)?[A-Za-z0-9_-]{20,})/g,
  /\b((?:AKIA|ASIA)[A-Z0-9]{16})\b/g,
  /\b(AIza[A-Za-z0-9_-]{35})/g,
  /\b(xox[abeoprs]-[A-Za-z0-9-]{10,})/g,
  /\b(npm_[A-Za-z0-9]{36})\b/g,
  /\b((?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,})/g,
  /\b(eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,})/g,
  /\b[a-z][a-z0-9+.-]{1,15}:\/\/[^\s/:@"']{0,100}:([^\s/@"']{3,200})@/gi,
  /\b(?:bearer|basic)\s+([A-Za-z0-9._~+/=-]{12,})/gi,
  /\b[A-Z0-9_]*(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY)["']?\s*[=:]\s*["']?([^\s"'$<>{}()[\],;|&]{6,})/gi,
]

export type Redactor = {
  /** The text with each secret replaced by its placeholder; the same secret always by the same one. */
  redact(text: string): string
  /** Salted commitments to what was replaced so far. */
  secrets(crypto: CryptoPort): Promise<Operation['secrets']>
}

/** `salt` stays on the host, so that nobody can try out short secrets against their commitments. */
export function createRedactor(salt: string): Redactor {
  const found = new Map<string, string>()
  const placeholder = (secret: string) => {
    const known = found.get(secret) ?? `⟨secret ${found.size + 1}⟩`
    found.set(secret, known)
    return known
  }
  return {
    redact: (text) =>
      forms.reduce(
        (clear, form) =>
          clear.replace(form, (match: string, secret: string) => {
            if (/^⟨secret \d+⟩$/.test(secret)) return match
            const at = match.lastIndexOf(secret)
            return match.slice(0, at) + placeholder(secret) + match.slice(at + secret.length)
          }),
        text,
      ),
    secrets: (crypto) =>
      Promise.all(
        [...found].slice(0, 100).map(async ([secret, placeholder]) => ({
          placeholder,
          commitment: await commitTo(crypto, salt, secret),
        })),
      ),
  }
}
