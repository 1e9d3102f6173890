import { describe, expect, test } from 'vitest';
import { lineFormOf, readJsonDocument } from './advisory-forms.ts';
import { RecordRefused } from './checked-fields.ts';

const TRACKER = { curl: { 'CVE-2026-1': { releases: { bookworm: { status: 'open' } } } } };

describe('a document in JSON is told by what it holds', () => {
  test.each([
    ['osv', { id: 'X-1', affected: [{ package: { ecosystem: 'PyPI', name: 'a' } }] }],
    ['rustsec', { advisory: { id: 'X', package: 'a' }, versions: { patched: ['>= 1'] } }],
    ['alpine-secdb', { distroversion: 'v3.20', packages: [{ pkg: { name: 'a', secfixes: { '1': ['CVE-2026-1'] } } }] }],
    ['trivy', { path: ['debian 12', 'a'], id: 'CVE-2026-1' }],
    ['debian', TRACKER],
  ])('%s', (feed, document) => {
    expect(readJsonDocument(document)?.map(({ rules }) => rules.map((rule) => rule.feed))).toEqual([[feed]]);
  });

  test.each([
    [{}],
    [{ a: 1 }],
    [{ a: {} }],
    [{ id: 'X' }],
    [{ id: 7, affected: [] }],
    [{ distroversion: 'v3' }],
    [JSON.parse('{"__proto__":{"id":"X","affected":[]}}')],
  ])('%j is of no form', (document) => {
    expect(readJsonDocument(document)).toBeNull();
  });

  test.each([
    ['a member that is another thing', { ...TRACKER, other: 7 }, /"other" is not like/],
    [
      'a list for a text',
      { id: 'X', affected: [{ package: { ecosystem: ['a'], name: 'a' } }] },
      /"ecosystem" is not a text/,
    ],
    ['a text for a list', { id: 'X', modified: '2026-01-01', aliases: 'a' }, /"aliases" is not a list/],
    ['an entry that is no object', { id: 'X', affected: [null] }, /what is not an object/],
    ['no name', { id: 'X', affected: [{ package: { ecosystem: 'PyPI' } }] }, /"name" is missing/],
    ['an id without end', { id: 'X'.repeat(1000), affected: [] }, /"id" is longer than 200/],
    ['more than can be', { id: 'X', affected: [], aliases: Array(10_001).fill('a') }, /more than 10000/],
    ['what is no time', { id: 'X', modified: 'soon', affected: [] }, /"modified" is not a time/],
    [
      'a fix that is no text',
      { distroversion: 'v3', packages: [{ pkg: { name: 'a', secfixes: { '1': [7] } } }] },
      /not a text/,
    ],
    ['a package without a name', { distroversion: 'v3', packages: [{ pkg: {} }] }, /"name" is missing/],
    [
      'requirements without end',
      { advisory: { id: 'X', package: 'a' }, versions: { patched: Array(501).fill('1') } },
      /more than 500/,
    ],
  ])('and refused with %s', (_, document, reason) => {
    expect(() => readJsonDocument(document)).toThrow(RecordRefused);
    expect(() => readJsonDocument(document)).toThrow(reason);
  });
});

test('lines are told by the first of them', () => {
  const records = (text: string) => {
    const [first = '', ...rest] = text.split('\n');
    const reader = lineFormOf(first)?.open();
    return reader === undefined ? null : [first, ...rest].flatMap(reader.take).concat(reader.end());
  };
  const list =
    '[31 Jul 2026] DSA-5970-1 sope - security update\n\t{CVE-2026-1}\n\t[bookworm] - sope 5.8\n\t[trixie] - sope 5.9';
  expect(records(list)?.map(({ advisory }) => advisory)).toEqual([
    expect.objectContaining({
      id: 'DSA-5970-1',
      vulnerabilities: ['CVE-2026-1'],
      summary: 'sope - security update',
      published: '2026-07-31T00:00:00.000Z',
    }),
    expect.objectContaining({ id: 'DSA-5970-1' }),
  ]);
  expect(records('[June 2nd, 2006] DSA-1 a - b\n\t[sarge] - a 1')?.[0]?.advisory.published).toBeNull();
  expect(records('suite\tpackage\tversion\nbookworm-security\ta\t1')).toHaveLength(1);
  expect(records('<!doctype html>')).toBeNull();
});
