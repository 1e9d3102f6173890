import type { VexStatement } from '../advisories/vex/vex-statement.ts';
import type { Software } from '../inventory/asset.ts';
import type { OperatingSystem } from '../inventory/installed.ts';
import { createVexJudge, isClosing, type VexSubject } from './apply-vex.ts';
import type { DerivedFinding } from './derived-finding.ts';

export interface Answered<Statement> {
  finding: DerivedFinding;
  statement: Statement;
}

/**
 * Parts findings of an asset into those that stand and those that a statement answers: the vulnerability does not affect the
 * package, or is fixed in it. A finding is about a source package, and is answered when all its installed binaries are.
 */
export function answerFindings<Statement extends VexStatement>(
  findings: readonly DerivedFinding[],
  statements: readonly Statement[],
  { os, software }: { os: OperatingSystem | null; software: readonly Software[] },
): { standing: DerivedFinding[]; answered: Answered<Statement>[] } {
  if (statements.length === 0) return { standing: [...findings], answered: [] };
  const bySource = Map.groupBy(software, ({ ecosystem, source }) => `${ecosystem}\n${source}`);
  const judge = createVexJudge(statements, { os, packages: software.map(subjectOf) });
  const standing: DerivedFinding[] = [];
  const answered: Answered<Statement>[] = [];
  for (const finding of findings) {
    const { vulnerability, ecosystem, source } = finding;
    const binaries = bySource.get(`${ecosystem}\n${source}`) ?? [];
    const verdicts = vulnerability === null ? [] : binaries.map((each) => judge(subjectOf(each), [vulnerability]));
    const [statement] = verdicts.map((each) => each?.statement);
    const isAnswered = verdicts.every((each) => each !== null && isClosing(each.statement));
    if (statement === undefined || !isAnswered) standing.push(finding);
    else answered.push({ finding, statement });
  }
  return { standing, answered };
}

/** The managers of systems, whose packages belong to a distribution. */
const SYSTEM: readonly string[] = ['deb', 'rpm', 'apk', 'alpm'];

function subjectOf({ ecosystem, ...software }: Software): VexSubject {
  return { ...software, ecosystem: SYSTEM.includes(ecosystem) ? null : ecosystem, cpe: null };
}
