import { describe, expect, test } from 'vitest';
import { RecordRefused } from './checked-fields.ts';
import { readTrackerPackage } from './read-debian-tracker.ts';

function read(state: object) {
  const [record] = readTrackerPackage({ 'CVE-2026-1': { releases: { bookworm: state } } }, 'curl') ?? [];
  const [rule] = record?.rules ?? [];
  return rule === undefined ? null : [rule.affected.ranges[0]?.events ?? null, rule.unfixed, rule.affected.severity];
}
const ALL = [{ introduced: '0' }];

describe('an entry of Debian’s security tracker', () => {
  test.each([
    ['fixed', { status: 'resolved', fixed_version: '7.1' }, [[{ introduced: '0' }, { fixed: '7.1' }], 'unfixed', null]],
    [
      'never affected',
      { status: 'resolved', fixed_version: '0', urgency: 'unimportant' },
      [ALL, 'not_affected', 'unimportant'],
    ],
    ['open', { status: 'open', urgency: 'high**' }, [ALL, 'unfixed', 'high']],
    [
      'open without an advisory of its own',
      { status: 'open', nodsa: 'Minor issue', nodsa_reason: '' },
      [ALL, 'unfixed', null],
    ],
    ['ignored', { status: 'open', nodsa: 'Minor issue', nodsa_reason: 'ignored' }, [ALL, 'will_not_fix', null]],
    ['postponed', { status: 'open', nodsa: 'Minor issue', nodsa_reason: 'postponed' }, [ALL, 'fix_deferred', null]],
    ['out of support', { status: 'open', urgency: 'end-of-life' }, [ALL, 'end_of_life', 'end-of-life']],
    ['undetermined', { status: 'undetermined', urgency: 'low' }, [ALL, 'under_investigation', 'low']],
  ])('%s', (_, state, expected) => {
    expect(read(state)).toEqual(expected);
  });

  test('goes by the source package and by the release’s name', () => {
    const [record] =
      readTrackerPackage({ 'CVE-2026-1': { description: 'x', releases: { sid: { status: 'open' } } } }, 'a') ?? [];
    expect(record).toMatchObject({
      advisory: { id: 'CVE-2026-1', vulnerabilities: ['CVE-2026-1'], summary: 'x' },
      rules: [{ feed: 'debian', names: 'source', affected: { ecosystem: 'debian sid', package: 'a' } }],
    });
  });

  test.each([
    ['a status that is not known', { status: 'fixed' }],
    ['no status', {}],
    ['resolved without a version', { status: 'resolved' }],
    ['what is no release', 7],
    ['a version that is no text', { status: 'resolved', fixed_version: 7 }],
    ['an endless version', { status: 'resolved', fixed_version: '1'.repeat(1000) }],
  ])('is refused with %s', (_, state) => {
    expect(() => readTrackerPackage({ 'CVE-2026-1': { releases: { sid: state } } }, 'a')).toThrow(RecordRefused);
  });

  test('is no other value, and may name no release', () => {
    expect(readTrackerPackage({ 'CVE-2026-1': 7 }, 'a')).toBeNull();
    expect(readTrackerPackage({ 'CVE-2026-1': { releases: 7 } }, 'a')).toBeNull();
    expect(readTrackerPackage({ 'CVE-2026-1': { releases: [] } }, 'a')).toMatchObject([{ rules: [] }]);
    expect(readTrackerPackage(JSON.parse('{"__proto__":{"releases":{}}}'), '__proto__')).toHaveLength(1);
  });
});
