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
  const entries = new Map<string, VexEntry>();
  for (const finding of findings) {
    if (!isOpen(finding) && finding.rule !== 'vex') continue;
    const ids = finding.vulnerabilities.length > 0 ? finding.vulnerabilities : [finding.advisory];
    for (const vulnerability of ids) {
      const entry = entryOf(finding, vulnerability, inventory);
      const key = `${vulnerability}\n${entry.purl}`;
      // Two advisories of one vulnerability: what is open counts.
      const before = entries.get(key);
      if (before === undefined || (before.status === 'not_affected' && entry.status !== 'not_affected'))
        entries.set(key, entry);
    }
  }
  return [...entries.values()];
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
