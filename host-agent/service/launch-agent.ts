import { escapeXml, type ServiceFacts } from './service.ts'

/** A LaunchAgent of the user (launchd.plist(5)). Not run: nobody has tried it on a Mac. */
export function launchAgent({ words, path, home }: ServiceFacts): string {
  const text = (value: string) => `<string>${escapeXml(value)}</string>`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!-- Made by countersign host install; countersign host uninstall removes it. -->',
    '<plist version="1.0"><dict>',
    '<key>Label</key><string>org.countersign.host</string>',
    `<key>ProgramArguments</key><array>${words.map(text).join('')}</array>`,
    '<key>EnvironmentVariables</key><dict>',
    `<key>PATH</key>${text(path)}<key>COUNTERSIGN_HOME</key>${text(home)}`,
    '</dict>',
    '<key>RunAtLoad</key><true/>',
    '<key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>',
    '<key>ProcessType</key><string>Background</string>',
    '<key>Umask</key><integer>63</integer>',
    '</dict></plist>',
    '',
  ].join('\n')
}
