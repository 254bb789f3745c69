/** Settings with which no repository can make git start a program or look elsewhere for more settings. */
const harmless: Readonly<Record<string, RegExp>> = {
  core: /^(repositoryformatversion|filemode|bare|logallrefupdates|ignorecase|precomposeunicode|symlinks|autocrlf|eol|abbrev)$/,
  extensions: /^(objectformat|refstorage)$/,
  init: /^defaultbranch$/,
  user: /^(name|email)$/,
  remote: /^(url|fetch|pushurl|tagopt|prune)$/,
  branch: /^(remote|merge|rebase|description)$/,
  submodule: /^(active|url)$/,
  pull: /^(rebase|ff)$/,
}

/**
 * Whether a git configuration is one of harmless settings alone, by a grammar that is narrower than git's own: a section or one `key = value` a line,
 * no continuation, no comment after a value. What doesn't fit is not harmless.
 */
export function isHarmlessGitConfig(text: string): boolean {
  let allowed: RegExp | undefined
  return text.split('\n').every((raw) => {
    const line = raw.trim()
    if (line === '' || /^[#;]/.test(line)) return !line.endsWith('\\')
    const section = /^\[([A-Za-z]+)(?: "[\w./ -]*")?\]$/.exec(line)
    if (section) {
      const name = (section[1] ?? '').toLowerCase()
      allowed = Object.hasOwn(harmless, name) ? harmless[name] : undefined
      return allowed !== undefined
    }
    const setting = /^([A-Za-z][A-Za-z0-9]*)(?:\s*=\s*([^\\"#;]*))?$/.exec(line)
    if (!setting || !allowed?.test((setting[1] ?? '').toLowerCase())) return false
    // Addresses like ext::sh -c … or --upload-pack=… start programs.
    return !/^-|::/.test((setting[2] ?? '').trim())
  })
}
