import type { AvailableUpdate, Software } from '../inventory/asset.ts';
import { compareIn, type Ecosystem } from '../versions/ecosystems.ts';
import { findingKey } from './derive-findings.ts';
import { type DerivedFinding, HOSTS_WORD } from './derived-finding.ts';
import { kernelInEffect, kernelWithFix } from './kernel-in-effect.ts';
import { asksForRestart } from './restart-reasons.ts';

/** A finding that is open now. */
export interface SettledFinding extends DerivedFinding {
  /** The asset is offered an update that clears it. */
  is_patch_available: boolean;
  /** Why it is still open although its fix is installed; null where that is not so. */
  waits_for: string | null;
}

export interface Settled {
  open: SettledFinding[];
  cleared: { finding: DerivedFinding; because: 'fixed' | 'removed' | 'no_longer_said' }[];
}

export interface SettleInputs {
  software: readonly Software[];
  updates: readonly AvailableUpdate[];
  /** The keys of findings that an update has ended, where fixes are no versions. */
  ended: ReadonlySet<string>;
  /** What asks for a restart, as the host names it: what it names is installed but not in effect. */
  reboot_reasons: readonly string[];
  /** `uname -r`, empty where it is not known. */
  kernel_running: string;
}

/**
 * Decides what becomes of findings that were open, given what is derived now. One that rests on the host's own word stays
 * open as long as the package is older than its fix: that a repository or a changelog cannot be read today proves nothing.
 * One whose fix waits for a restart stays open too, since installed is not effective.
 */
export function settleFindings(
  before: readonly DerivedFinding[],
  derived: readonly DerivedFinding[],
  inputs: SettleInputs,
): Settled {
  const things: Things = {
    software: Map.groupBy(inputs.software, sourceKey),
    updates: Map.groupBy(inputs.updates, sourceKey),
    ended: inputs.ended,
    reboot_reasons: inputs.reboot_reasons,
    kernel_running: inputs.kernel_running,
  };
  const keys = new Set(derived.map(findingKey));
  const named = new Set(derived.flatMap((finding) => (finding.vulnerability === null ? [] : [sourceKey(finding)])));
  const open = [...derived];
  const cleared: Settled['cleared'] = [];
  for (const finding of before) {
    if (keys.has(findingKey(finding))) continue;
    const because = judge(finding, named.has(sourceKey(finding)), things);
    if (because === null) open.push(finding);
    else cleared.push({ finding, because });
  }
  return {
    open: open.map((finding) => ({
      ...finding,
      is_patch_available: isOffered(finding, things),
      waits_for: findWait(finding, things),
    })),
    cleared,
  };
}

/** What an asset has and is offered, by source package. */
interface Things extends Pick<SettleInputs, 'ended' | 'reboot_reasons' | 'kernel_running'> {
  software: ReadonlyMap<string, Software[]>;
  updates: ReadonlyMap<string, AvailableUpdate[]>;
}

/** Why a finding is over, or null when it is not. */
function judge(
  finding: DerivedFinding,
  isNamedNow: boolean,
  { software, ended, reboot_reasons, kernel_running }: Things,
): Settled['cleared'][number]['because'] | null {
  const { ecosystem, vulnerability, fixed_version, evidence } = finding;
  const installed = software.get(sourceKey(finding)) ?? [];
  if (installed.length === 0) return 'removed';
  if (ended.has(findingKey(finding))) return 'fixed';
  const isFixed =
    fixed_version !== null && installed.some((each) => !isOlder(ecosystem, each.source_version, fixed_version));
  if (isFixed) {
    const kernel = kernelInEffect(installed, kernel_running);
    if (kernel !== null) return isOlder(ecosystem, kernel.image.version, fixed_version) ? null : 'fixed';
    return restartReason(installed, reboot_reasons) === null ? 'fixed' : null;
  }
  if (vulnerability === null && isNamedNow) return 'no_longer_said';
  const isHostsWord = evidence.some((each) => HOSTS_WORD.includes(each.source));
  return isHostsWord && fixed_version !== null ? null : 'no_longer_said';
}

function restartReason(installed: readonly Software[], reasons: readonly string[]): string | null {
  return reasons.find((reason) => installed.some(({ name }) => asksForRestart(reason, name))) ?? null;
}

/** Installed is not effective: what a restart would bring into effect, in words. */
function findWait(finding: DerivedFinding, { software, reboot_reasons, kernel_running }: Things): string | null {
  const { ecosystem, fixed_version } = finding;
  if (fixed_version === null) return null;
  const own = software.get(sourceKey(finding)) ?? [];
  const kernel = kernelInEffect(own, kernel_running);
  const next = kernelWithFix(own, kernel, fixed_version);
  if (kernel !== null && next !== null)
    return `restart: ${next.name} ${next.version} has the fix and is installed, kernel ${kernel.release} runs`;
  const isFixed = own.some((each) => !isOlder(ecosystem, each.source_version, fixed_version));
  const reason = isFixed ? restartReason(own, reboot_reasons) : null;
  return reason === null ? null : `restart: ${reason}`;
}

function isOffered(finding: DerivedFinding, { updates }: Things): boolean {
  const { ecosystem, fixed_version } = finding;
  if (fixed_version === null) return false;
  const own = updates.get(sourceKey(finding)) ?? [];
  return own.some((update) => !isOlder(ecosystem, update.source_candidate_version, fixed_version));
}

/** Whether `a` is below `b`; a version that cannot be read is taken for older, so that nothing is cleared by accident. */
function isOlder(ecosystem: Ecosystem, a: string, b: string): boolean {
  const order = compareIn(ecosystem, a, b);
  return order === null || order < 0;
}

function sourceKey({ ecosystem, source }: { ecosystem: Ecosystem; source: string }): string {
  return `${ecosystem}\n${source}`;
}
