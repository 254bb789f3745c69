/**
 * Secrets as they are known by their form. Each expression's first group is the secret; the rest stays readable. What a shell would run (`$(…)`, a
 * backtick, `; | & < >`) is never part of one outside of quotes, else a command could hide behind a placeholder. All are linear: bounded, or of disjoint parts.
 */
const plain = String.raw`[^\s"'\`$<>{}()[\],;|&\\]`
const quoted = String.raw`(?:[^"'\`$\\\r\n]|\$(?![({]))`
/** A value after its name: in quotes (also those of JSON in JSON), or a run of plain characters that is no small number. */
const value = String.raw`(?:\\{0,3}["'](${quoted}{4,400})\\{0,3}["']|((?!\d{1,11}\b|true\b|false\b)${plain}{6,400}))`
const name = `(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|ACCOUNT_?KEY|PRIVATE_?KEY|SIGNING_?KEY|ENCRYPTION_?KEY|CREDENTIALS?|WEBHOOK|CONNECTION_?STRING)`
const prefixes = [
  `gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255}`,
  `gl(?:pat|ptt|dt|rt)-[A-Za-z0-9_-]{20,}`,
  `sk-(?:ant-|proj-|or-)?[A-Za-z0-9_-]{20,}`,
  `(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}`,
  String.raw`AIza[A-Za-z0-9_-]{35}|GOCSPX-[A-Za-z0-9_-]{20,}|ya29\.[A-Za-z0-9_-]{20,}`,
  `xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}`,
  `npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{32,}|dckr_pat_[A-Za-z0-9_-]{20,}|rubygems_[a-f0-9]{48}`,
  `(?:sk|rk|pk|whsec)_(?:live_|test_)?[A-Za-z0-9]{16,}`,
  String.raw`eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}`,
  String.raw`SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|key-[a-f0-9]{32}`,
  `hf_[A-Za-z0-9]{20,}|gsk_[A-Za-z0-9]{20,}|r8_[A-Za-z0-9]{20,}`,
  String.raw`do[opr]_v1_[a-f0-9]{32,}|hv[sb]\.[A-Za-z0-9_-]{20,}|dapi[a-f0-9]{32}|glsa_[A-Za-z0-9_]{20,}`,
  `shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}|lin_api_[A-Za-z0-9]{20,}|sbp_[a-f0-9]{40}|ATATT3[A-Za-z0-9_=-]{20,}|PMAK-[a-f0-9-]{30,}`,
  `AGE-SECRET-KEY-1[A-Z0-9]{50,}`,
  String.raw`\d{8,10}:AA[A-Za-z0-9_-]{32,35}`,
]
/** A word that is a flag of its own, and no value: the word before it must not be able to hide it. */
const noFlag = '(?!--?[a-z][a-z-]*(?![A-Za-z0-9_-]))'
/** A flag whose value is secret. */
const flag = `--?[a-z-]{0,40}(?:password|passwd|passphrase|secret|token|api-?key)`
/** The same as a whole word of a command: the word after it is its value. */
export const secretFlag = new RegExp(`^(?:${flag}|-u|--user)$`)
/** Between two stretches of a key file: a line's end, as it is or escaped, and what a diff or an indent puts before the next. */
const fold = String.raw`(?:\r?\n[ \t+-]{0,40}|(?:\\{1,4}r)?\\{1,4}n|(?:Proc-Type|DEK-Info): [A-Za-z0-9,-]{1,60})`

export const secretForms: readonly RegExp[] = [
  new RegExp(
    `(-----BEGIN (?:[A-Z]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:[A-Za-z0-9+/=]|${fold}){0,16384}(?:-----END [A-Z ]{3,40}-----)?)`,
    'g',
  ),
  // The middle of a key file, as a diff shows it.
  /(?<![A-Za-z0-9+/=])((?:[A-Za-z0-9+/]{64,76}\r?\n[ \t+-]{0,3}){2,}[A-Za-z0-9+/]{1,76}={0,2})/g,
  new RegExp(`(?<![A-Za-z0-9])(${prefixes.join('|')})`, 'g'),
  /(https:\/\/hooks\.slack\.com\/services\/[A-Za-z0-9/]{20,80}|https:\/\/(?:ptb\.|canary\.)?discord(?:app)?\.com\/api\/webhooks\/\d{10,20}\/[A-Za-z0-9_-]{40,90})/g,
  /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,15}:\/\/[^\s/:@"']{0,100}:([^\s/@"'`$<>(){};|&]{3,200})@/gi,
  new RegExp(String.raw`\b(?:bearer|basic)\s{1,4}${noFlag}([A-Za-z0-9._~+/=-]{12,})`, 'gi'),
  /(?:^|\s)(?:-u|--user)[ =]["']?[^\s:"']{1,100}:([^\s"'`$<>(){};|&]{4,200})/g,
  new RegExp(String.raw`\blogin\s{1,4}\S{1,100}\s{1,4}password\s{1,4}${noFlag}([^\s"'\`$<>(){};|&]{4,200})`, 'g'),
  /\b_?auth["']?\s{0,4}[:=]\s{0,4}["']?([A-Za-z0-9+/]{16,400}={0,2})/gi,
  /\bidentified by\s{1,4}["']([^"'`$\\\r\n]{4,200})["']/gi,
  new RegExp(String.raw`(?:^|\s)${flag}(?:=|\s{1,4}${noFlag})${value}`, 'g'),
  new RegExp(
    String.raw`(?<![A-Z0-9])[A-Z0-9_.-]{0,60}${name}[A-Z0-9_]{0,30}\\{0,3}["']?\s{0,4}[=:]\s{0,4}${value}`,
    'gi',
  ),
]

const entity = '&(?:quot|apos|#34|#39|#x22|#x27);'
/**
 * The same in what is only read: as XML prints a quote (a test report, a page). In a command these signs end a word, and something that runs could hide behind a placeholder:
 * an operation is held to `secretForms` alone.
 */
export const printedForms: readonly RegExp[] = [
  ...secretForms,
  new RegExp(
    String.raw`(?<![A-Z0-9])[A-Z0-9_.-]{0,60}${name}[A-Z0-9_]{0,30}(?:${entity}|["'])?\s{0,4}[=:]\s{0,4}${entity}((?:${plain}|&(?:amp|lt|gt);){4,400})`,
    'gi',
  ),
]
