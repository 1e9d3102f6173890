import { expect, test } from 'vitest';
import { type CvssStatement, chooseCvss, compareCvss, type PublishedCvss, readCvssStatement } from './choose-cvss.ts';

const V2 = 'AV:N/AC:L/Au:N/C:C/I:C/A:C';
const V30 = 'CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:L';
const V31 = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
const V31_LOW = 'CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N';
const V4 = 'CVSS:4.0/AV:N/AC:H/AT:N/PR:N/UI:N/VC:N/VI:N/VA:L/SC:N/SI:N/SA:N';

function said(vector: string, source: string, authority: PublishedCvss['authority'] = 'cna'): CvssStatement {
  const statement = readCvssStatement({ vector, published_score: 0, source, authority, feed: 'cve' });
  if (statement === null) throw new Error(`no vector: ${vector}`);
  return statement;
}

const choose = (...statements: CvssStatement[]) => chooseCvss(statements.sort(compareCvss));

test('the newest version comes first, whatever the score', () => {
  const chosen = choose(said(V2, 'a'), said(V31, 'b'), said(V4, 'c'), said(V30, 'd'));
  expect(chosen).toMatchObject({ version: '4.0', because: 'CVSS 4.0 is newer than 3.1 (b: CVSS 3.1 9.8)' });
});

test('of one version who ships the package comes before the CNA, and the CNA before third parties', () => {
  const [own, cna, other] = [said(V31_LOW, 'd', 'distributor'), said(V31, 'c'), said(V31, 'o', 'third_party')];
  expect(choose(other, cna, own)).toMatchObject({
    source: 'd',
    score: 1.8,
    because: 'who ships the package comes before the CNA (c: CVSS 3.1 9.8)',
  });
  expect(choose(other, cna)?.because).toBe('the CNA comes before a third party (o: CVSS 3.1 9.8)');
});

test('of equal standing the higher score, then the name', () => {
  expect(choose(said(V31_LOW, 'a'), said(V31, 'b'))).toMatchObject({
    source: 'b',
    because: 'the higher of equal standing (a: CVSS 3.1 1.8)',
  });
  expect(choose(said(V31, 'b'), said(V31, 'a'))?.because).toBe(
    'the first of equal standing and score (b: CVSS 3.1 9.8)',
  );
  expect(choose(said(V31, 'a'))).toMatchObject({ severity: 'CRITICAL', because: 'the only one' });
});

test('the score is computed, not believed; what is no vector is none', () => {
  expect(said(V31, 'a').score).toBe(9.8);
  const nothing = { vector: 'CVSS:3.1/AV:N', published_score: 10, source: 'a', authority: 'cna', feed: 'cve' } as const;
  expect(readCvssStatement(nothing)).toBeNull();
  expect(chooseCvss([])).toBeNull();
});
