import { delimiter } from 'node:path'
import { inside } from './files/mounts.ts'
import type { Route } from './network/routes.ts'

export type EnvironmentFacts = {
  /** What the caller gives the program, already chosen by it. */
  given: Readonly<Record<string, string | undefined>>
  toolchains: Readonly<Record<string, string>>
  routes: readonly Route[]
  /** The port of the bridge inside; null: there is no network. */
  proxyPort: number | null
}

/**
 * Names that hold secrets, lead to sockets of the host, change what programs load, or come from the npm that started the host agent. They stay outside
 * whatever the caller says.
 */
const scrubbed =
  /TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_KEY|_KEY$|AUTH(?!OR)|COOKIE|SESSION_BUS|^(SSH|GPG|AWS|AZURE|GOOGLE|GCLOUD|GH|GITHUB|GITLAB|DOCKER|KUBE|VAULT|DBUS|XDG_RUNTIME|COUNTERSIGN)(_|$)|^(LD|DYLD)_|^(DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|NODE_OPTIONS|BASH_ENV|ENV|PROMPT_COMMAND|TMUX|STY|OLDPWD|TMPDIR|TMP|TEMP|INIT_CWD)$|^npm_/i

/** Everything that a program inside finds in its environment. */
export function environmentInside({ given, toolchains, routes, proxyPort }: EnvironmentFacts): Record<string, string> {
  const kept = Object.entries(given).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !scrubbed.test(entry[0]) && !/proxy$/i.test(entry[0]),
  )
  const bundle = `${inside.tools}/ca.pem`
  const proxy = proxyPort === null ? {} : proxyVariables(`http://127.0.0.1:${proxyPort}`)
  return {
    ...Object.fromEntries(kept),
    PATH: pathInside(given.PATH),
    HOME: inside.home,
    USER: 'agent',
    LOGNAME: 'agent',
    TMPDIR: '/tmp',
    XDG_CONFIG_HOME: `${inside.home}/.config`,
    XDG_CACHE_HOME: `${inside.home}/.cache`,
    XDG_DATA_HOME: `${inside.home}/.local/share`,
    XDG_STATE_HOME: `${inside.home}/.local/state`,
    COUNTERSIGN_SANDBOX: '1',
    ...toolchains,
    ...proxy,
    SSL_CERT_FILE: bundle,
    CURL_CA_BUNDLE: bundle,
    REQUESTS_CA_BUNDLE: bundle,
    PIP_CERT: bundle,
    GIT_SSL_CAINFO: bundle,
    CARGO_HTTP_CAINFO: bundle,
    NODE_EXTRA_CA_CERTS: `${inside.tools}/extra-ca.pem`,
    // npm, pnpm and yarn start the scripts of a package through it: those of a publication don't start.
    npm_config_script_shell: `${inside.tools}/package-shell`,
    npm_config_cafile: bundle,
    npm_config_update_notifier: 'false',
    GIT_TERMINAL_PROMPT: '0',
    ...Object.assign({}, ...routes.map(({ env }) => env)),
  }
}

/** Relative entries would find whatever lies in the current folder. */
function pathInside(path = '/usr/local/bin:/usr/bin:/bin'): string {
  return path
    .split(delimiter)
    .filter((entry) => entry.startsWith('/'))
    .join(delimiter)
}

function proxyVariables(url: string): Record<string, string> {
  const local = 'localhost,127.0.0.1,::1'
  return {
    HTTP_PROXY: url,
    HTTPS_PROXY: url,
    ALL_PROXY: url,
    http_proxy: url,
    https_proxy: url,
    all_proxy: url,
    NO_PROXY: local,
    no_proxy: local,
    npm_config_proxy: url,
    npm_config_https_proxy: url,
    npm_config_noproxy: local,
    // Node's own fetch and http look at these variables only when told to.
    NODE_USE_ENV_PROXY: '1',
  }
}
