import { expect, test } from 'vitest';
import type { KevEvent } from '../advisories/vulnerability-facts.ts';
import { FIRST_MODEL } from '../policies/ranking-model.ts';
import type { PatchFacts } from './patch-facts.ts';
import { describeMove, judgeMove, standingOf } from './patch-move.ts';
import { rankPatches } from './rank-patches.ts';
import { exploited, patch, vulnerability } from './test-patches.ts';

function ranked(vulnerabilities: PatchFacts['vulnerabilities'], model = FIRST_MODEL) {
  const [first] = rankPatches([patch('P-1', { vulnerabilities })], [], model);
  if (first === undefined) throw new Error('nothing ranked');
  return first;
}

const event = (kind: KevEvent['kind'], at: string): KevEvent => ({ kind, at, date_added: '2026-03-04' });
const history = [event('listed', '2026-03-05T00:00:00.000Z')];
const plain = vulnerability('CVE-1');
const listed = exploited('CVE-1', { kev_history: history });
const ransomware = exploited('CVE-1', {
  known_exploited: { date_added: '2026-03-04', due_date: null, is_ransomware: true },
  kev_history: [...history, event('ransomware_known', '2026-04-01T00:00:00.000Z')],
});
const removed = vulnerability('CVE-1', { kev_history: [...history, event('removed', '2026-05-01T00:00:00.000Z')] });

test.each([
  ['a listing', plain, listed, 'raised', ['CVE-1 is listed in KEV since 2026-03-04, known here since 2026-03-05']],
  ['a flag of ransomware', listed, ransomware, 'raised', ['CVE-1 is used by ransomware, known here since 2026-04-01']],
  ['a removal', listed, removed, 'lowered', ['CVE-1 was taken out of KEV, known here since 2026-05-01']],
])('%s moves a patch, and is the reason', (_what, before, after, direction, reasons) => {
  expect(judgeMove(standingOf(ranked([before])), ranked([after]))).toMatchObject({ direction, reasons });
});

test('a second listing on a patch that is known exploited already moves nothing', () => {
  const second = exploited('CVE-2', { kev_history: history });
  expect(judgeMove(standingOf(ranked([listed, vulnerability('CVE-2')])), ranked([listed, second]))).toBeNull();
});

test('a score that drifts is no news, another bucket is: the path that leads there is the reason', () => {
  const likelier = vulnerability('CVE-1', { epss: { score: 0.05, percentile: 0.5 } });
  expect(judgeMove(standingOf(ranked([plain])), ranked([likelier]))).toBeNull();
  const active = vulnerability('CVE-1', {
    ssvc: { exploitation: 'active', automatable: 'yes', technical_impact: 'total', as_of: '2026-06-01T00:00:00.000Z' },
  });
  const move = judgeMove(standingOf(ranked([plain])), ranked([active]));
  expect(move).toMatchObject({ direction: 'raised', from_decision: 'track', to_decision: 'act' });
  expect(move?.reasons[0]).toBe('CISA says active exploitation for CVE-1, as of 2026-06-01');
  expect(move && describeMove(move)).toBe('from TRACK (5) to ACT (5)');
});

test('another version of the ranking is a reason of its own', () => {
  const poc = vulnerability('CVE-1', { epss: { score: 0.05, percentile: 0.5 } });
  const strict = { ...FIRST_MODEL, version: 2, weights: { ...FIRST_MODEL.weights, poc_from_epss: 0.01 } };
  expect(judgeMove(standingOf(ranked([poc])), ranked([poc], strict))).toMatchObject({
    direction: 'raised',
    to_decision: 'track_star',
    reasons: ['the ranking is now model v2'],
  });
});
