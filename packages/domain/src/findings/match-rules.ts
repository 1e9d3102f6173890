import { RED_HAT_REPOSITORIES } from '../advisories/read-trivy.ts';
import { below, type Rule } from '../advisories/rule.ts';
import type { InstalledInventory } from '../inventory/installed.ts';
import { platformsOf } from '../inventory/platforms.ts';
import { indexSubjects, type Subject, type Subjects } from './index-subjects.ts';
import { isAffected, type Verdict } from './is-affected.ts';
import { fixOfLine, lineMismatch } from './judge-builds.ts';
import type { MatchedFinding } from './match-finding.ts';
import { schemeOfPlatform } from './scheme-of-platform.ts';

/**
 * Holds rules against one inventory, one after the other, so that a feed need not be held whole. What a rule says of a
 * package it names is told, also that it is not affected; what it names and is not there is passed over.
 */
export function createMatcher(inventory: InstalledInventory): (rule: Rule) => MatchedFinding[] {
  const subjects = indexSubjects(inventory);
  const platforms = new Set(platformsOf(inventory, RED_HAT_REPOSITORIES));
  return (rule) => {
    const platform = rule.affected.ecosystem.toLowerCase();
    const found = subjects.find(rule.names, platforms.has(platform) ? null : platform, rule.affected.package);
    return found.filter((each) => isOnArchitecture(rule, each)).map((each) => judge(rule, each, subjects));
  };
}

function isOnArchitecture({ architectures }: Rule, { architecture }: Subject): boolean {
  if (architectures === null || architecture === '' || architecture === 'noarch') return true;
  return architectures.includes(architecture);
}

function judge(rule: Rule, subject: Subject, subjects: Subjects): MatchedFinding {
  const { advisory, affected, feed, vendor_ids } = rule;
  const scheme = schemeOfPlatform(affected.ecosystem);
  const compared = { source: affected.package, source_version: subject.compared };
  const line = scheme === 'rpm' ? fixOfLine(rule, subject.compared) : null;
  const judged = line === null ? affected : { ...affected, ranges: below(line) };
  const verdict: Verdict | null = scheme === null ? null : isAffected(compared, judged, advisory, scheme);
  const said = {
    advisory: advisory.id,
    package: subject.name,
    architecture: subject.architecture,
    installed: subject.installed,
    fixed: verdict?.fixed_version?.replace(/^0:/, '') ?? null,
    vulnerabilities: advisory.vulnerabilities,
    vendor_ids,
    feed,
  };
  if (verdict === null) {
    const why = `no order of versions is known for ${affected.ecosystem}`;
    return { ...said, state: 'unknown', rule: 'unknown_order', why };
  }
  if (verdict.rule === 'withdrawn') return { ...said, state: 'withdrawn', rule: verdict.rule, why: verdict.detail };
  if (verdict.state !== 'affected') return { ...said, state: verdict.state, rule: verdict.rule, why: verdict.detail };
  const mismatch = scheme === 'rpm' ? lineMismatch(rule, subject, subjects) : null;
  if (mismatch !== null) return { ...said, state: 'not_affected', ...mismatch };
  if (verdict.fixed_version !== null) return { ...said, state: 'affected', rule: verdict.rule, why: verdict.detail };
  return { ...said, state: unfixedState(rule), rule: verdict.rule, why: whyUnfixed(rule, verdict.detail) };
}

/** Without a fix above the version it is unfixed, unless the record closes the range by the last version it affects. */
function unfixedState({ affected, unfixed }: Rule): MatchedFinding['state'] {
  const isBounded = affected.ranges.some(({ events }) =>
    events.some(({ last_affected }) => last_affected !== undefined),
  );
  return isBounded ? 'affected' : unfixed;
}

/** What its publisher says of a package without a fix, in its own words where it has some. */
function whyUnfixed({ affected, unfixed, reason }: Rule, detail: string): string {
  if (unfixed !== 'not_affected') return reason === null ? detail : `${detail}; its publisher: ${reason}`;
  const subject = `its publisher says that ${affected.ecosystem} ${affected.package} is not affected`;
  return reason === null ? subject : `${subject}: ${reason}`;
}
