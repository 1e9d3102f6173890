import type { ReachedBy } from './asset.ts';

/** What is known of an asset that may stand here twice. */
export interface Twin {
  id: string;
  hostname: string;
  machine_id: string;
  mac_addresses: readonly string[];
  enrolled_at: string;
  /** Whether its last word still counts. */
  is_reporting: boolean;
  reached_by: ReachedBy;
}

/** One reason to believe that two records are one machine, with the value they share. */
export interface TwinEvidence {
  kind: 'machine_id' | 'mac_address' | 'hostname' | 'short_name';
  detail: string;
}

/** What the evidence is most likely to mean. */
export type TwinReading = 'two_ways' | 're_enrolled' | 're_imaged' | 'cloned' | 'same_name';

export interface DuplicatePair {
  /** The one enrolled last comes second. */
  older: string;
  newer: string;
  evidence: TwinEvidence[];
  reading: TwinReading;
}

/** Texts that some systems give where they have no id: they say nothing of the machine. */
export const NO_MACHINE_ID = /^(0*|uninitialized|unknown)$/i;

/**
 * Pairs of records that may be one machine, each with its evidence, the strongest first. Records that share a value are
 * paired one after the other by when they were enrolled, so that a thousand clones give 999 pairs and not half a million.
 */
export function findDuplicates(twins: readonly Twin[]): DuplicatePair[] {
  const pairs = new Map<string, { older: Twin; newer: Twin; evidence: TwinEvidence[] }>();
  for (const { kind, keys } of EVIDENCE) {
    for (const [value, group] of groupBy(twins, keys)) {
      const sorted = group.toSorted(byEnrolment);
      for (const [at, newer] of sorted.entries()) {
        const older = sorted[at - 1];
        if (older === undefined || (kind === 'short_name' && !isShortOf(older, newer))) continue;
        const key = `${older.id}\n${newer.id}`;
        const pair = pairs.get(key) ?? { older, newer, evidence: [] };
        pair.evidence.push({ kind, detail: value });
        pairs.set(key, pair);
      }
    }
  }
  return [...pairs.values()]
    .sort((a, b) => b.evidence.length - a.evidence.length || byEnrolment(b.newer, a.newer))
    .map(({ older, newer, evidence }) => ({
      older: older.id,
      newer: newer.id,
      evidence,
      reading: readEvidence(older, newer, evidence),
    }));
}

const EVIDENCE: readonly { kind: TwinEvidence['kind']; keys(twin: Twin): readonly string[] }[] = [
  { kind: 'machine_id', keys: ({ machine_id }) => (NO_MACHINE_ID.test(machine_id) ? [] : [machine_id]) },
  { kind: 'mac_address', keys: ({ mac_addresses }) => mac_addresses },
  { kind: 'hostname', keys: ({ hostname }) => [hostname.toLowerCase()] },
  { kind: 'short_name', keys: ({ hostname }) => [hostname.toLowerCase().split('.')[0] ?? ''] },
];

/**
 * A system that an agent speaks for and that is read over SSH too is one. Otherwise a machine that reports under both records is two machines. One that fell silent was enrolled again if its system kept
 * its id, and set up anew if only its name or hardware stayed.
 */
function readEvidence(older: Twin, newer: Twin, evidence: readonly TwinEvidence[]): TwinReading {
  const has = (kind: TwinEvidence['kind']) => evidence.some((each) => each.kind === kind);
  const isSameSystem = has('machine_id');
  if (isSameSystem && older.reached_by !== newer.reached_by) return 'two_ways';
  if (older.is_reporting && newer.is_reporting) return isSameSystem || has('mac_address') ? 'cloned' : 'same_name';
  return isSameSystem ? 're_enrolled' : 're_imaged';
}

/** `web-01` and `web-01.example.org`; two full names of different domains are two machines. */
function isShortOf({ hostname: a }: Twin, { hostname: b }: Twin): boolean {
  return a.includes('.') !== b.includes('.');
}

function groupBy(twins: readonly Twin[], keys: (twin: Twin) => readonly string[]): Map<string, Twin[]> {
  const groups = new Map<string, Twin[]>();
  for (const twin of twins) {
    for (const key of new Set(keys(twin))) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [twin]);
      else group.push(twin);
    }
  }
  return groups;
}

function byEnrolment(a: Twin, b: Twin): number {
  const x = `${a.enrolled_at}\n${a.id}`;
  const y = `${b.enrolled_at}\n${b.id}`;
  if (x === y) return 0;
  return x < y ? -1 : 1;
}
