import { type Advisory, type Affected, plainAdvisory, type VersionRange } from './advisory.ts';

/** Why a publisher ships no fix; `unfixed` where it gives no reason. */
export type UnfixedState = 'unfixed' | 'will_not_fix' | 'fix_deferred' | 'end_of_life' | 'under_investigation';

/** One entry of a feed that can be held against an inventory: who says it, of which package, of which machines. */
export interface Rule {
  /** The kind of feed: `osv`, `debian-dsa`. */
  feed: string;
  advisory: Advisory;
  /** `affected.ecosystem` is the platform as the feed writes it: `AlmaLinux:8`, `debian 10`, `PyPI`. */
  affected: Affected;
  /** What `affected.package` names, and what a finding is about: the binary, its source, or the binaries of a source. */
  names: 'binary' | 'source' | 'binaries_of_source';
  /** Only on these; null is on all. */
  architectures: string[] | null;
  /** What a finding is while there is no fixed version. */
  unfixed: UnfixedState;
  /** The publisher's own advisories behind it, where the rule goes by the vulnerability. */
  vendor_ids: string[];
}

/** What a feed says in one place: an advisory, and what it is to be held against. One that was withdrawn may have no rule. */
export interface AdvisoryRecord {
  advisory: Advisory;
  rules: Rule[];
}

/** Everything below `fixed`, or everything there is while nothing is fixed. */
export function below(fixed: string | null): VersionRange[] {
  const events = fixed === null ? [{ introduced: '0' }] : [{ introduced: '0' }, { fixed }];
  return [{ type: 'ECOSYSTEM', events }];
}

/** A record of the usual kind: all versions of a package below the fixed one. */
export function fixRecord(feed: string, fix: FixedPackage, more: RuleDetails = {}): AdvisoryRecord {
  const advisory = plainAdvisory(fix.id, fix.vulnerabilities);
  return { advisory, rules: [fixRule(feed, advisory, fix, more)] };
}

type RuleDetails = Partial<Pick<Rule, 'names' | 'architectures' | 'unfixed' | 'vendor_ids'>>;

/** A rule of the usual kind, for an advisory of more than one. */
export function fixRule(
  feed: string,
  advisory: Advisory,
  { platform, name, fixed }: Pick<FixedPackage, 'platform' | 'name' | 'fixed'>,
  more: RuleDetails = {},
): Rule {
  return {
    feed,
    advisory,
    affected: { ecosystem: platform, package: name, ranges: below(fixed), versions: [], severity: null },
    names: 'binary',
    architectures: null,
    unfixed: 'unfixed',
    vendor_ids: [],
    ...more,
  };
}

interface FixedPackage {
  id: string;
  vulnerabilities: string[];
  platform: string;
  name: string;
  /** Null while there is no fix. */
  fixed: string | null;
}
