const ABOUT = 'Fleetmend agent: reports packages';
const LABEL = 'org.fleetmend.agent';

type ServiceKind = 'launchd' | 'windows';

/**
 * What makes the agent in `folder` run from the start of a system without systemd: a property list for launchd, or a script
 * for PowerShell. Recorded, not exercised: nothing here has run on such a system.
 * @throws Error for a folder that is not absolute, or with characters that no program's path needs.
 */
export function serviceDefinition(kind: ServiceKind, folder: string): string {
  const isAbsolute = kind === 'windows' ? /^[A-Za-z]:\\/.test(folder) : folder.startsWith('/');
  if (!isAbsolute || !/^[\w .:\\/()-]+$/.test(folder))
    throw new Error('the folder of the agent is an absolute path of letters, digits, blanks and ._-()');
  return kind === 'windows' ? windowsTask(folder) : launchdService(folder);
}

/** launchd.plist(5). */
function launchdService(folder: string): string {
  const entries: [string, string][] = [
    ['Label', text(LABEL)],
    [
      'ProgramArguments',
      `<array>${[`${folder}/node`, `${folder}/fleetmend-agent.mjs`, 'run'].map(text).join('')}</array>`,
    ],
    ['UserName', text('_fleetmend')],
    ['RunAtLoad', '<true/>'],
    ['KeepAlive', '<true/>'],
    ['ThrottleInterval', '<integer>2</integer>'],
    ['ProcessType', text('Background')],
    ['StandardErrorPath', text('/var/log/fleetmend-agent.log')],
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0"><dict>',
    ...entries.map(([key, value]) => `  <key>${key}</key>${value}`),
    '</dict></plist>',
    '',
  ].join('\n');
}

function text(value: string): string {
  return `<string>${value}</string>`;
}

/** Node does not speak to Windows' service manager: a task that starts with the system and is started again serves as one. */
function windowsTask(folder: string): string {
  return [
    '# Run this as an administrator. The agent runs as LOCAL SERVICE, from the start of the system, and again when it ends.',
    "$ErrorActionPreference = 'Stop'",
    `$folder = '${folder}'`,
    "$action = New-ScheduledTaskAction -Execute (Join-Path $folder 'node.exe') -Argument 'fleetmend-agent.mjs run' -WorkingDirectory $folder",
    '$trigger = New-ScheduledTaskTrigger -AtStartup',
    "$principal = New-ScheduledTaskPrincipal -UserId 'NT AUTHORITY\\LOCAL SERVICE' -LogonType ServiceAccount",
    '$settings = New-ScheduledTaskSettingsSet -RestartCount 999 -RestartInterval (New-TimeSpan -Minutes 1) -ExecutionTimeLimit ([TimeSpan]::Zero)',
    `Register-ScheduledTask -TaskName 'Fleetmend agent' -Description '${ABOUT}' -Action $action -Trigger $trigger -Principal $principal -Settings $settings -Force`,
    "Start-ScheduledTask -TaskName 'Fleetmend agent'",
    '',
  ].join('\r\n');
}
