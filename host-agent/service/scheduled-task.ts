import { escapeXml, type ServiceFacts } from './service.ts'

/** A task of Windows' Task Scheduler, at the user's logon and with the user's rights. Not run: nobody has tried it on Windows. */
export function scheduledTask({ words: [program = '', ...rest] }: ServiceFacts): string {
  const line = rest.map((word) => `"${word.replaceAll('"', '\\"')}"`).join(' ')
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!-- Made by countersign host install; countersign host uninstall removes it. -->',
    '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
    '<Triggers><LogonTrigger><Enabled>true</Enabled></LogonTrigger></Triggers>',
    '<Principals><Principal id="Author"><LogonType>InteractiveToken</LogonType><RunLevel>LeastPrivilege</RunLevel></Principal></Principals>',
    '<Settings>',
    '<MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>',
    '<DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries><StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>',
    '<ExecutionTimeLimit>PT0S</ExecutionTimeLimit>',
    '<RestartOnFailure><Interval>PT1M</Interval><Count>5</Count></RestartOnFailure>',
    '</Settings>',
    `<Actions Context="Author"><Exec><Command>${escapeXml(program)}</Command><Arguments>${escapeXml(line)}</Arguments></Exec></Actions>`,
    '</Task>',
    '',
  ].join('\n')
}
