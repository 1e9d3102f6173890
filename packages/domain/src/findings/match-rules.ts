import { RED_HAT_REPOSITORIES } from '../advisories/read-trivy.ts';
import type { Rule } from '../advisories/rule.ts';
import type { InstalledInventory } from '../inventory/installed.ts';
import { platformsOf } from '../inventory/platforms.ts';
import { indexSubjects, type Subject, type Subjects } from './index-subjects.ts';
import { isOnArchitecture, judgeRule } from './judge-rule.ts';
import type { MatchedFinding } from './match-finding.ts';

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
    return found
      .filter(({ architecture }) => isOnArchitecture(rule, architecture))
      .map((subject) => describe(rule, subject, subjects));
  };
}

function describe(rule: Rule, subject: Subject, subjects: Subjects): MatchedFinding {
  const { advisory, feed, vendor_ids } = rule;
  return {
    advisory: advisory.id,
    package: subject.name,
    architecture: subject.architecture,
    installed: subject.installed,
    vulnerabilities: advisory.vulnerabilities,
    vendor_ids,
    feed,
    platform: rule.affected.ecosystem,
    ...judgeRule(rule, subject, subjects),
  };
}
