import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { serviceDefinition } from './service-definitions.ts';

describe('launchd', () => {
  const text = serviceDefinition('launchd', '/opt/fleetmend agent');
  test('starts the program at boot and again when it ends, as a user without rights, with each argument whole', () => {
    const pairs = [...text.matchAll(/^ {2}<key>(\w+)<\/key>(.+)$/gm)].map(([, key, value]) => [key, value]);
    expect(Object.fromEntries(pairs)).toMatchObject({
      Label: '<string>org.fleetmend.agent</string>',
      ProgramArguments:
        '<array><string>/opt/fleetmend agent/node</string><string>/opt/fleetmend agent/fleetmend-agent.mjs</string><string>run</string></array>',
      UserName: '<string>_fleetmend</string>',
      RunAtLoad: '<true/>',
      KeepAlive: '<true/>',
    });
  });
  test('every element that is opened is closed, in order', () => {
    const open: string[] = [];
    for (const [, end, name = '', self] of text.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
      if (end === '/') expect(open.pop()).toBe(name);
      else if (self === '') open.push(name);
    }
    expect(open).toEqual([]);
  });
});

describe('Windows', () => {
  const lines = serviceDefinition('windows', 'C:\\Program Files\\Fleetmend').split('\r\n');
  test('registers a task that starts with the system, without rights, and ends by no clock', () => {
    const script = lines.join('\n');
    expect(script).toContain("$folder = 'C:\\Program Files\\Fleetmend'");
    for (const words of [
      '-AtStartup',
      "'NT AUTHORITY\\LOCAL SERVICE'",
      '-RestartCount',
      '-ExecutionTimeLimit ([TimeSpan]::Zero)',
    ])
      expect(script).toContain(words);
  });
  test('every variable is set before it is used, and every quote is closed', () => {
    const known = new Set<string>(['$ErrorActionPreference']);
    for (const line of lines.filter((each) => !each.startsWith('#'))) {
      const [, set = ''] = /^(\$\w+) = /.exec(line) ?? [];
      for (const [name] of line.replace(/^\$\w+ = /, '').matchAll(/\$\w+/g)) expect(known).toContain(name);
      known.add(set);
      expect(line.split("'").length % 2).toBe(1);
    }
  });
});

test.each([
  ['windows', '/opt/x'],
  ['launchd', 'opt/x'],
  ['launchd', '/opt/</string>'],
  ['launchd', '/opt/x&y'],
  ['windows', "C:\\x'; Remove-Item C:\\ -Recurse; '"],
  ['windows', 'C:\\x\r\ny'],
  ['windows', 'C:\\$env:TEMP'],
] as const)('%s: %j is refused', (kind, folder) => {
  expect(() => serviceDefinition(kind, folder)).toThrow('absolute path');
});

test('the program prints it', () => {
  const main = new URL('main.ts', import.meta.url).pathname;
  const printed = execFileSync(process.execPath, [main, 'service', 'launchd', '--folder', '/opt/x'], {
    encoding: 'utf8',
  });
  expect(printed).toBe(serviceDefinition('launchd', '/opt/x'));
});
