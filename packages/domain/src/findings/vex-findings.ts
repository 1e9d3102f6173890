import type { VexStatement } from '../advisories/vex/vex-statement.ts';
import { type InstalledInventory, installed } from '../inventory/installed.ts';
import { createVexJudge, isClosing, type VexSubject, type VexVerdict } from './apply-vex.ts';
import { isOpen, type MatchedFinding } from './match-finding.ts';

/** What a statement says that a finding cites. */
export type VexCited = Pick<VexStatement, 'status' | 'justification' | 'impact' | 'action' | 'timestamp'> & {
  document: string;
  author: string;
};

/** A finding with the statements that speak of it. */
export type VexFinding = MatchedFinding & { vex?: VexCited[] };

/**
 * Applies statements to findings of an inventory. One whose vulnerabilities are all said not to affect it, or to be fixed, is
 * none any more, and says who says so and why; the others cite what is said of them. `conflicts` tells where two statements
 * differ, and which counts.
 */
export function applyVex(
  findings: readonly MatchedFinding[],
  statements: readonly VexStatement[],
  inventory: InstalledInventory,
): { findings: VexFinding[]; conflicts: string[] } {
  const judge = createVexJudge(statements, inventory);
  const conflicts = new Set<string>();
  const applied = findings.map((finding): VexFinding => {
    if (!isOpen(finding)) return finding;
    const subject = subjectOf(finding, inventory);
    const ids = finding.vulnerabilities.length > 0 ? finding.vulnerabilities : [finding.advisory];
    const whole = judge(subject, [finding.advisory, ...finding.vendor_ids]);
    const verdicts = ids.map((id) => later(judge(subject, [id]), whole));
    const found = verdicts.filter((each) => each !== null);
    if (found.length === 0) return finding;
    for (const verdict of found)
      for (const each of verdict.overruled) conflicts.add(describeConflict(verdict.statement, each));
    const told = [...new Set(found.map(({ statement }) => statement))];
    const vex = told.map(cite);
    if (found.length < ids.length || !told.every(isClosing)) return { ...finding, vex };
    return { ...finding, state: 'not_affected', rule: 'vex', why: told.map(describeStatement).join('; '), vex };
  });
  return { findings: applied, conflicts: [...conflicts] };
}

function later(a: VexVerdict | null, b: VexVerdict | null): VexVerdict | null {
  if (a === null || b === null) return a ?? b;
  return (b.statement.timestamp ?? '') > (a.statement.timestamp ?? '') ? b : a;
}

/** The package behind a finding, under the name and the version that the finding speaks of. */
export function subjectOf(
  { package: name, installed: version, architecture }: Pick<MatchedFinding, 'package' | 'installed' | 'architecture'>,
  { packages }: InstalledInventory,
): VexSubject {
  const own = packages.filter((each) => each.name === name && each.version === version);
  const exact = own.find((each) => each.architecture === architecture) ?? own[0];
  if (exact !== undefined) return exact;
  const bySource = packages.find((each) => each.source === name && each.source_version === version);
  return installed(name, version, { architecture, ecosystem: bySource?.ecosystem ?? null });
}

function cite({ status, justification, impact, action, timestamp, document }: VexStatement): VexCited {
  return { status, justification, impact, action, timestamp, document: document.id, author: document.author };
}

const WORDS: Readonly<Record<VexStatement['status'], string>> = {
  not_affected: 'not affected',
  fixed: 'fixed',
  affected: 'affected',
  under_investigation: 'under investigation',
};

/** `VEX acme-1 of 2026-01-01 by Acme: not affected, vulnerable_code_not_present: it was removed`. */
export function describeStatement({ status, justification, impact, timestamp, document }: VexStatement): string {
  const when = timestamp === null ? '' : ` of ${timestamp.slice(0, 10)}`;
  const who = document.author === '' ? '' : ` by ${document.author}`;
  const reasons = [justification, impact].filter((each) => each !== null).join(': ');
  return `VEX ${document.id || 'without an id'}${when}${who}: ${WORDS[status]}${reasons === '' ? '' : `, ${reasons}`}`;
}

function describeConflict(winner: VexStatement, loser: VexStatement): string {
  return `${winner.vulnerabilities[0]}: ${describeStatement(winner)}; it counts over ${describeStatement(loser)}`;
}
