import type { FeedFreshness } from '../feeds/feed-freshness.ts';
import { mostPoints } from '../policies/ranking-model.ts';
import { BOD_TIMELINES } from './bod-26-04.ts';
import { type DueDate, dueDates } from './due-dates.ts';
import { explainAbove } from './explain-above.ts';
import { findDrop } from './explain-drop.ts';
import { isSecurityRelevant, type PatchFacts } from './patch-facts.ts';
import type { PatchMove } from './patch-move.ts';
import type { RankedPatch } from './rank-patches.ts';
import type { Factor } from './score-patch.ts';
import type { Decision } from './ssvc.ts';

/** Why a patch stands where it stands: the same table in API, CLI and console, with a server or without. */
export interface Explanation {
  patch: string;
  title: string;
  rank: number;
  of: number;
  decision: Decision;
  score: number;
  /** `model v2`, and who wrote it when; null for the first, which nobody wrote. */
  model: string;
  model_written_at: string | null;
  model_written_by: string | null;
  factors: Factor[];
  ssvc: { point: string; value: string; because: string }[];
  /** The machines for which it is due first, by BOD 26-04. */
  due: { hostname: string; vulnerability: string; due_at: string | null; text: string }[];
  above: string | null;
  would_drop_if: string | null;
  not_known: string[];
  model_factors_max: number;
  moves: (PatchMove & { at: string })[];
}

/** How many machines with their dates an explanation names; each machine's own stands beside it elsewhere. */
const SHOWN_DUE = 3;
/** How many things to be assumed a list of due dates names. */
const SHOWN_ASSUMPTIONS = 3;

/** The explanation of one of `ranked`, in which it stands at its rank; `from` is the version that it replaces. */
export function explainPatch(
  patch: RankedPatch,
  ranked: readonly RankedPatch[],
  { feeds, from, moves = [] }: { feeds: readonly FeedFreshness[]; from: string; moves?: Explanation['moves'] },
): Explanation {
  const { facts, decided, model } = patch;
  const due = dueDates(facts);
  return {
    patch: facts.id,
    title: `${facts.source} ${from} → ${facts.to_version}`,
    rank: patch.rank,
    of: ranked.length,
    decision: decided.decision,
    score: patch.score,
    model: `model v${model.version}`,
    model_written_at: model.written_at,
    model_written_by: model.written_by,
    factors: patch.factors,
    ssvc: decided.path,
    due: due.slice(0, SHOWN_DUE).map(({ hostname, vulnerability, due_at, text }) => ({
      hostname,
      vulnerability,
      due_at,
      text,
    })),
    above: explainAbove(patch, ranked[patch.rank]),
    would_drop_if: findDrop(patch)?.text ?? null,
    not_known: listUnknowns(patch, due, feeds),
    model_factors_max: mostPoints(model.weights),
    moves,
  };
}

/** The two strongest reasons for a patch's place, in words. Spread alone says little, so it comes last. */
export function strongestReasons({ factors, facts }: Pick<RankedPatch, 'factors' | 'facts'>): string[] {
  const strongest = factors
    .filter(({ id, points }) => points > 0 && id !== 'spread')
    .sort((a, b) => b.points - a.points)
    .map(({ label, value }) => `${label}: ${value}`);
  const spread = factors.filter(({ id }) => id === 'spread').map(({ label, value }) => `${label}: ${value}`);
  return [...strongest, describeContent(facts), ...spread].slice(0, 2);
}

function describeContent({ is_security, vulnerabilities }: PatchFacts): string {
  const count = vulnerabilities.length === 1 ? '1 vulnerability' : `${vulnerabilities.length} vulnerabilities`;
  if (vulnerabilities.length > 0) return `${is_security ? 'Security update' : 'Update'} that clears ${count}`;
  return is_security ? 'Security update; nobody names what it fixes' : 'No vulnerability is known';
}

/** Everything that is missing and was not filled in, in words. */
export function listUnknowns(
  { facts, decided }: Pick<RankedPatch, 'facts' | 'decided'>,
  due: readonly DueDate[],
  feeds: readonly FeedFreshness[],
): string[] {
  const unknowns = [...decided.assumptions];
  if (isSecurityRelevant(facts)) unknowns.push(...worthGaps(facts), ...vulnerabilityGaps(facts), ...dueGaps(due));
  for (const id of facts.ruled_out) unknowns.push(`${id} counts for nothing: the CVE programme has rejected it`);
  if (facts.counts.unknown > 0) unknowns.push(`where ${machines(facts.counts.unknown)} stand: no recent report`);
  for (const { problem } of feeds) if (problem !== null) unknowns.push(problem);
  return [...new Set(unknowns)];
}

function worthGaps({ affected }: PatchFacts): string[] {
  const words = { criticality: 'criticality', data_sensitivity: 'data', exposure: 'exposure' } as const;
  return (['criticality', 'data_sensitivity', 'exposure'] as const).flatMap((key) => {
    const count = affected.filter(({ worth }) => worth[key] === null).length;
    return count === 0 ? [] : [`${words[key]} of ${machines(count)}: nobody has said`];
  });
}

function vulnerabilityGaps({ vulnerabilities, is_loaded }: PatchFacts): string[] {
  if (vulnerabilities.length === 0) return ['which vulnerabilities this fixes: nobody names them'];
  const total = vulnerabilities.length;
  const withoutEpss = vulnerabilities.filter(({ epss }) => epss === null).length;
  const withoutImpact = vulnerabilities.filter(({ cvss, severity }) => cvss === null && severity === null).length;
  const withoutSsvc = vulnerabilities.filter(({ ssvc }) => ssvc === null).length;
  return [
    ...(withoutEpss > 0 ? [`EPSS of ${withoutEpss} of ${total} vulnerabilities`] : []),
    ...(withoutImpact > 0 ? [`CVSS and severity of ${withoutImpact} of ${total} vulnerabilities`] : []),
    ...(withoutSsvc > 0 && is_loaded.cve ? [`CISA’s assessment of ${withoutSsvc} of ${total} vulnerabilities`] : []),
  ];
}

/** What had to be assumed for the dates that are shown, without repeating it for each machine. */
function dueGaps(due: readonly DueDate[]): string[] {
  const shown = due.filter(({ timeline }) => BOD_TIMELINES[timeline].days !== null).slice(0, SHOWN_DUE);
  return [...new Set(shown.flatMap(({ assumptions }) => assumptions))].slice(0, SHOWN_ASSUMPTIONS);
}

function machines(count: number): string {
  return count === 1 ? '1 machine' : `${count} machines`;
}
