import { createHash } from 'node:crypto'

/** A secret, what has to be redacted of it, and how it is written in a command, a file and a program's output. */
export type SeededSecret = { form: string; secret: string; command: string; file: string; output: string }

/** Characters as a seeded stream; equal seeds give equal corpora. */
function stream(seed: string) {
  let block = 0
  let bytes: number[] = []
  const next = () => {
    if (bytes.length === 0) bytes = [...createHash('sha256').update(`${seed}/${block++}`).digest()]
    return bytes.pop() as number
  }
  return (alphabet: string, length: number) =>
    Array.from({ length }, () => alphabet[(next() * 256 + next()) % alphabet.length]).join('')
}

const lower = 'abcdefghijklmnopqrstuvwxyz'
const digits = '0123456789'
const alnum = lower + lower.toUpperCase() + digits
const url = `${alnum}_-`
const base64 = `${alnum}+/`
const hex = `${digits}abcdef`
const upper = lower.toUpperCase() + digits
/** Beside letters and digits what passwords have and no shell obeys. */
const word = `${alnum}!@#%^*+~.?`

type Make = (take: ReturnType<typeof stream>) => string
type Form = readonly [
  name: string,
  make: Make,
  write: (secret: string) => Pick<SeededSecret, 'command' | 'file' | 'output'>,
]

const alone = (secret: string) => ({
  command: `deploy --with ${secret} --now`,
  file: `const client = connect('${secret}')`,
  output: `signed in with ${secret}, all is well`,
})
const named = (name: string) => (secret: string) => ({
  command: `${name}=${secret} npm run deploy`,
  file: `${name}="${secret}"`,
  output: `${name}=${secret}`,
})
const asJson = (name: string) => (secret: string) => ({
  command: `curl -d '{"${name}":"${secret}"}' https://api.example.org/v1`,
  file: `  "${name}": "${secret}",`,
  output: `{"id":7,"${name}":"${secret}","ok":true}`,
})
const asFlag = (flag: string) => (secret: string) => ({
  command: `tool login ${flag} ${secret} --yes`,
  file: `tool login ${flag}=${secret} --yes`,
  output: `+ tool login ${flag} ${secret} --yes`,
})
const inUrl = (scheme: string) => (secret: string) => ({
  command: `psql ${scheme}://app:${secret}@db.example.org:5432/app`,
  file: `url: ${scheme}://app:${secret}@db.example.org/app`,
  output: `connecting to ${scheme}://app:${secret}@db.example.org/app`,
})
const header = (kind: string) => (secret: string) => ({
  command: `curl -H 'Authorization: ${kind} ${secret}' https://api.example.org`,
  file: `headers: { authorization: '${kind} ${secret}' },`,
  output: `> Authorization: ${kind} ${secret}`,
})
const token =
  (prefix: string, alphabet: string, length: number): Make =>
  (take) =>
    prefix + take(alphabet, length)
const password: Make = (take) => `${take(alnum, 3)}${take(word, 9)}${take(alnum, 2)}`
const pem =
  (kind: string): Make =>
  (take) => {
    const lines = Array.from({ length: 6 }, () => take(base64, 64))
    return [
      `-----BEGIN ${kind}PRIVATE KEY-----`,
      ...lines,
      `${take(base64, 22)}==`,
      `-----END ${kind}PRIVATE KEY-----`,
    ].join('\n')
  }
const block = (secret: string) => ({
  command: `printf '%s' '${secret}' > key.pem`,
  file: secret,
  output: `key:\n${secret}\ndone`,
})

const forms: readonly Form[] = [
  ['github', token('ghp_', alnum, 36), alone],
  ['github-app', token('ghs_', alnum, 36), alone],
  ['github-fine', token('github_pat_', alnum, 60), alone],
  ['gitlab', token('glpat-', url, 20), alone],
  ['openai', token('sk-proj-', url, 48), alone],
  ['anthropic', token('sk-ant-api03-', url, 60), alone],
  ['aws-id', token('AKIA', upper, 16), alone],
  ['aws-key', token('', base64, 40), named('AWS_SECRET_ACCESS_KEY')],
  ['google', token('AIza', url, 35), alone],
  ['google-oauth', token('ya29.', url, 60), alone],
  ['slack', (take) => `xoxb-${take(digits, 12)}-${take(alnum, 24)}`, alone],
  [
    'slack-hook',
    (take) => `https://hooks.slack.com/services/T${take(upper, 8)}/B${take(upper, 8)}/${take(alnum, 24)}`,
    alone,
  ],
  ['npm', token('npm_', alnum, 36), alone],
  ['npmrc', token('', alnum, 36), named('//registry.example.org/:_authToken')],
  ['pypi', token('pypi-AgEIcHlwaS5vcmc', url, 60), alone],
  ['stripe', token('sk_live_', alnum, 24), alone],
  ['jwt', (take) => `eyJ${take(url, 30)}.eyJ${take(url, 60)}.${take(url, 43)}`, alone],
  ['sendgrid', (take) => `SG.${take(url, 22)}.${take(url, 43)}`, alone],
  ['hugging-face', token('hf_', alnum, 34), alone],
  ['digitalocean', token('dop_v1_', hex, 64), alone],
  ['vault', token('hvs.', url, 90), alone],
  ['databricks', token('dapi', hex, 32), alone],
  ['docker', token('dckr_pat_', url, 27), alone],
  ['shopify', token('shpat_', hex, 32), alone],
  ['linear', token('lin_api_', alnum, 40), alone],
  ['age', token('AGE-SECRET-KEY-1', upper, 58), alone],
  ['telegram', (take) => `${take('123456789', 9)}:AA${take(url, 33)}`, alone],
  ['bearer', token('', url, 40), header('Bearer')],
  ['basic', token('', base64, 32), header('Basic')],
  ['postgres', token('', alnum, 16), inUrl('postgres')],
  ['redis', token('', url, 20), inUrl('rediss')],
  ['env-password', password, named('DB_PASSWORD')],
  ['env-token', token('', alnum, 32), named('DEPLOY_TOKEN_PROD')],
  ['env-secret', password, named('SESSION_SECRET')],
  ['env-api-key', token('', hex, 32), named('MAPS_API_KEY')],
  ['json-password', password, asJson('password')],
  ['json-client-secret', token('', url, 32), asJson('client_secret')],
  ['json-key', token('', alnum, 28), asJson('apiKey')],
  ['flag-password', token('', alnum, 14), asFlag('--password')],
  ['flag-token', token('', url, 40), asFlag('--auth-token')],
  ['rsa', pem('RSA '), block],
  ['openssh', pem('OPENSSH '), block],
  ['pkcs8', pem(''), block],
]

/** At least 1,000 secrets of every form that the host knows, the same ones every time. */
export const seededSecrets = (each = 25): SeededSecret[] =>
  forms.flatMap(([form, make, write]) =>
    Array.from({ length: each }, (_, index) => {
      const secret = make(stream(`countersign ${form} ${index}`))
      return { form, secret, ...write(secret) }
    }),
  )

/** The parts of a secret that must not be found anywhere: all of it, and of a key file every line. */
export const partsOf = (secret: string): string[] =>
  secret.split('\n').filter((line) => line !== '' && !line.startsWith('-----'))
