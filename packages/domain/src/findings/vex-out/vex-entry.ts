import type { VexStatus } from '../../advisories/vex/vex-statement.ts';
import type { InstalledInventory } from '../../inventory/installed.ts';
import { purlOf } from '../../inventory/purl-of.ts';
import { isOpen, type MatchedFinding } from '../match-finding.ts';
import { subjectOf, type VexFinding } from '../vex-findings.ts';

/** One statement to be written: a vulnerability in one package. */
export interface VexEntry {
  vulnerability: string;
  name: string;
  version: string;
  purl: string;
  status: VexStatus;
  justification: string | null;
  /** Always there for what is not affected. */
  impact: string | null;
  /** Always there for what is affected. */
  action: string | null;
}

/** Who writes a document, and when. */
export interface VexMaking {
  /** A UUID. */
  id: string;
  author: string;
  /** RFC 3339 in UTC. */
  now: string;
  version: string;
}

const ACTIONS: Readonly<Partial<Record<MatchedFinding['state'], string>>> = {
  unfixed: 'No fixed version is known yet.',
  will_not_fix: 'The publisher of the package will not fix it.',
  fix_deferred: 'The publisher of the package has deferred a fix.',
  end_of_life: 'The package is no longer supported by its publisher.',
};

/** The findings of an inventory, and those that a statement has answered, as statements: one for each vulnerability of each package. */
export function vexEntries(findings: readonly VexFinding[], inventory: InstalledInventory): VexEntry[] {
  const told = findings.filter((each) => isOpen(each) || each.rule === 'vex');
  return withoutRepeats(
    told.flatMap((finding) => {
      const ids = finding.vulnerabilities.length > 0 ? finding.vulnerabilities : [finding.advisory];
      return ids.map((vulnerability) => entryOf(finding, vulnerability, inventory));
    }),
  );
}

/** One statement for each vulnerability of each package. Where two advisories of one differ, what is open counts. */
export function withoutRepeats(entries: readonly VexEntry[]): VexEntry[] {
  const found = new Map<string, VexEntry>();
  for (const entry of entries) {
    const key = `${entry.vulnerability}\n${entry.purl}`;
    const before = found.get(key);
    const isClosed = before?.status === 'not_affected' || before?.status === 'fixed';
    if (before === undefined || isClosed) found.set(key, entry);
  }
  return [...found.values()];
}

function entryOf(finding: VexFinding, vulnerability: string, inventory: InstalledInventory): VexEntry {
  const { package: name, installed: version, state, fixed, why } = finding;
  const subject = subjectOf(finding, inventory);
  const purl = purlOf({ ...subject, module: null, path: null }, inventory.os);
  const [cited] = finding.vex ?? [];
  const shared = { vulnerability, name, version, purl, justification: null, impact: null, action: null };
  if (state === 'not_affected') {
    const status = cited?.status === 'fixed' ? 'fixed' : 'not_affected';
    return { ...shared, status, justification: cited?.justification ?? null, impact: cited?.impact ?? why };
  }
  if (state === 'under_investigation') return { ...shared, status: 'under_investigation' };
  const action = fixed === null ? (ACTIONS[state] ?? 'No fixed version is known yet.') : `Update ${name} to ${fixed}.`;
  return { ...shared, status: 'affected', action };
}
