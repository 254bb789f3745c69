import type { ServiceFacts } from './service.ts'

/**
 * A unit of the user's own systemd (systemd.service(5), systemd.exec(5)). What would take away what the sandbox is made of (namespaces, a writable home), or
 * the compiler that Node.js is made of, is left out; `Delegate` lets sandboxes have cgroups of their own. Keys of models stand in a file that only its owner can
 * read, never in the unit.
 */
export function systemdUnit({ words, path, environmentFile, home }: ServiceFacts): string {
  return [
    '# Made by countersign host install; countersign host uninstall removes it.',
    '[Unit]',
    'Description=Countersign host agent',
    'Documentation=https://www.npmjs.com/package/countersign',
    'StartLimitIntervalSec=300',
    'StartLimitBurst=5',
    '',
    '[Service]',
    `ExecStart=${words.map(quote).join(' ')}`,
    `Environment=${quote(`PATH=${path}`)} ${quote(`COUNTERSIGN_HOME=${home}`)}`,
    `EnvironmentFile=-${environmentFile.replaceAll('%', '%%')}`,
    'StandardInput=null',
    'Restart=on-failure',
    'RestartSec=5',
    'TimeoutStopSec=30',
    'KillMode=mixed',
    'Delegate=yes',
    'OOMPolicy=continue',
    'UMask=0077',
    'NoNewPrivileges=yes',
    'LockPersonality=yes',
    'RestrictRealtime=yes',
    'SystemCallArchitectures=native',
    '',
    '[Install]',
    'WantedBy=default.target',
    '',
  ].join('\n')
}

/** One word of a line (systemd.syntax(7), "Quoting"; specifiers and variables are written as themselves). */
const quote = (word: string) =>
  `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$').replaceAll('\n', '\\n')}"`
