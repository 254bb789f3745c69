import { join } from 'node:path'
import { launchAgent } from './launch-agent.ts'
import { scheduledTask } from './scheduled-task.ts'
import { systemdUnit } from './systemd-unit.ts'

export type ServiceFacts = {
  /** The host agent's command line, program first: no secrets, as everybody on the machine can read it. */
  words: readonly string[]
  /** Where it looks for agents and tools. */
  path: string
  /** COUNTERSIGN_HOME. */
  home: string
  /** NAME=value lines for what is secret, e.g. keys of models; it need not be there. */
  environmentFile: string
}

/** What a system starts the host agent by: its file, and the commands that take it in and out. */
export type Service = {
  file: string
  content: string
  /** Run in this order after the file was written; before it is removed; after it was removed. */
  begin: readonly (readonly string[])[]
  end: readonly (readonly string[])[]
  afterwards: readonly (readonly string[])[]
  /** What a person may want to do besides. */
  hint: string
}

const unit = 'countersign-host.service'
const label = 'org.countersign.host'

/** The service of this kind of system, as the user and never as root; null: there is none for it. */
export function serviceFor(
  platform: NodeJS.Platform,
  facts: ServiceFacts,
  { HOME = '', XDG_CONFIG_HOME }: Readonly<Record<string, string | undefined>>,
): Service | null {
  if (platform === 'linux') {
    const systemctl = (...words: string[]) => ['systemctl', '--user', ...words]
    return {
      file: join(XDG_CONFIG_HOME || join(HOME, '.config'), 'systemd/user', unit),
      content: systemdUnit(facts),
      begin: [systemctl('daemon-reload'), systemctl('enable', '--now', unit)],
      end: [systemctl('disable', '--now', unit)],
      afterwards: [systemctl('daemon-reload')],
      hint: 'So that it runs while you are not logged in: loginctl enable-linger',
    }
  }
  if (platform === 'darwin') {
    const file = join(HOME, 'Library/LaunchAgents', `${label}.plist`)
    return {
      file,
      content: launchAgent(facts),
      begin: [['launchctl', 'load', '-w', file]],
      end: [['launchctl', 'unload', '-w', file]],
      afterwards: [],
      hint: 'It runs while you are logged in.',
    }
  }
  if (platform === 'win32') {
    const file = join(facts.home, 'host', 'countersign-host.xml')
    return {
      file,
      content: scheduledTask(facts),
      begin: [['schtasks', '/Create', '/F', '/TN', label, '/XML', file]],
      end: [['schtasks', '/Delete', '/F', '/TN', label]],
      afterwards: [],
      hint: 'It starts with your next logon.',
    }
  }
  return null
}

/** By this line a file is known to be ours. */
export const isOurs = (content: string) => content.includes('Made by countersign host install')

export const escapeXml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
