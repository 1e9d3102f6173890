import { answerFindings } from '@fleetmend/domain/findings/answer-findings.ts';
import { findingKey } from '@fleetmend/domain/findings/derive-findings.ts';
import type { DerivedFinding } from '@fleetmend/domain/findings/derived-finding.ts';
import { operatingSystem } from '@fleetmend/domain/inventory/operating-system.ts';
import type { Db } from '../platform/database.ts';
import type { OpenFinding } from './finding.store.ts';
import type { AssetKnowledge } from './read-knowledge.ts';
import { readStatements } from './vex.queries.ts';
import type { AnsweredFinding, StoredStatement } from './vex.store.ts';

/** An asset's findings: what is derived of it now, and what was open before. */
export interface Observed {
  knowledge: AssetKnowledge;
  /** The keys of findings that an update has ended. */
  ended: ReadonlySet<string>;
  derived: DerivedFinding[];
  open: readonly OpenFinding[];
}

/** The same without what VEX documents answer. `over` are those that were open and are answered now. */
export interface Unanswered extends Observed {
  over: OpenFinding[];
  answered: AnsweredFinding[];
}

/** Takes out of the findings of assets what VEX documents answer, and tells who answers what. */
export async function answerFromVex(db: Db, observed: readonly Observed[]): Promise<Unanswered[]> {
  const named = new Set(observed.flatMap((each) => vulnerabilitiesOf(each)));
  const byVulnerability = new Map<string, StoredStatement[]>();
  for (const statement of await readStatements(db, [...named]))
    for (const id of statement.vulnerabilities)
      byVulnerability.set(id, [...(byVulnerability.get(id) ?? []), statement]);
  return observed.map((each) => {
    const statements = new Set(vulnerabilitiesOf(each).flatMap((id) => byVulnerability.get(id) ?? []));
    return statements.size === 0 ? { ...each, over: [], answered: [] } : answer(each, [...statements]);
  });
}

function answer({ knowledge, ended, derived, open }: Observed, statements: readonly StoredStatement[]): Unanswered {
  const { asset, facts, software } = knowledge;
  const os = facts === null ? null : operatingSystem(facts.os.id, facts.os.version_id);
  // What stays open on the host's own word alone is answered as well.
  const known = new Map([...open, ...derived].map((each) => [findingKey(each), each]));
  const { answered } = answerFindings([...known.values()], statements, { os, software: software ?? [] });
  const keys = new Set(answered.map(({ finding }) => findingKey(finding)));
  const isAnswered = (finding: DerivedFinding) => keys.has(findingKey(finding));
  return {
    knowledge,
    ended,
    derived: derived.filter((each) => !isAnswered(each)),
    open: open.filter((each) => !isAnswered(each)),
    over: open.filter(isAnswered),
    answered: answered.map((each) => ({ asset, ...each })),
  };
}

function vulnerabilitiesOf({ derived, open }: Observed): string[] {
  return [...derived, ...open].flatMap(({ vulnerability }) => vulnerability ?? []);
}
