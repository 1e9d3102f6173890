import { describe, expect, test } from 'vitest';
import { describeRef } from './list-installed.ts';
import { isMasked, nameOf, parseInfo, parseLog, parseNewer, readCommit } from './parse-output.ts';

const COMMIT = '215cbc2fed42137b8d1f9255769d0eba90aa220a67e34c2ec8a0cda3614dd19d';
const info = (ref: string, more = '') => `
Maps - Find places
          ID: org.gnome.Maps
         Ref: ${ref}
      Origin: flathub
${more}
      Commit: ${COMMIT}
     Subject: Update: it says Date: never (and more)
        Date: 2026-11-25 13:20:44 +0000
`;

describe('Flatpak', () => {
  test('a commit is a version by its time; what its makers call it is what advisories would speak of', () => {
    const found = parseInfo(info('app/org.gnome.Maps/x86_64/stable', '     Version: 47.3'));
    expect(found && describeRef(found)).toEqual({
      ecosystem: 'flatpak',
      name: 'org.gnome.Maps//stable',
      version: '20261125.132044-215cbc2fed42',
      architecture: 'x86_64',
      source: 'org.gnome.Maps',
      source_version: '47.3',
      module: null,
    });
    expect(nameOf('runtime/org.gnome.Platform/aarch64/47').name).toBe('org.gnome.Platform//47');
  });

  test.each([
    'org.gnome.Maps/x86_64/stable',
    'app/-o/../x86_64/stable',
    'app/org.gnome.Maps/x86_64/stable extra',
    'app/\u001b[31m/x86_64/stable',
    '',
  ])('%j is no ref', (ref) => {
    expect(parseInfo(info(ref))).toBeNull();
    expect(parseNewer(`${ref}\tflathub\t1.0\n`)).toEqual([]);
  });

  test('a time or a commit that is none makes no version', () => {
    expect(readCommit(COMMIT, '2026-11-25 13:20:44 +0100')).toBeNull();
    expect(readCommit('215cbc2f', '2026-11-25 13:20:44 +0000')).toBeNull();
  });

  test('history is read from flatpak and from ostree alike', () => {
    const log = `    Commit: ${COMMIT}\n    Parent: x\n      Date: 2026-11-25 13:19:58 +0000\n   History: \n
    Commit: ${COMMIT.replace('2', '3')}\n   Subject: s\n      Date: 2026-11-25 13:19:57 +0000\n`;
    expect(parseLog(log).map(({ version }) => version)).toEqual([
      '20261125.131958-215cbc2fed42',
      '20261125.131957-315cbc2fed42',
    ]);
    expect(parseLog(`commit ${COMMIT}\nParent:  x\nDate:  2026-11-25 13:20:44 +0000\n\n    text\n`)).toHaveLength(1);
    expect(parseLog('')).toEqual([]);
  });

  test.each([
    ['org.gnome.Maps', true],
    ['org.gnome.Maps//*', true],
    ['app/org.gnome.Maps/x86_64/stable', true],
    ['org.gnome.*', true],
    ['*Maps', true],
    ['org.*.Ma*s', true],
    ['org.gnome.Map', false],
    ['runtime/org.gnome.Maps', false],
    ['org.gnome.Maps//beta', false],
    ['org.gnome.Maps*Maps', false],
  ])('the mask %s', (pattern, isHeld) => {
    expect(isMasked('app/org.gnome.Maps/x86_64/stable', ['org.other.App', pattern])).toBe(isHeld);
  });
});
