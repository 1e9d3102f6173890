import { asksForRestart } from '../findings/restart-reasons.ts';
import type { AvailableUpdate, Blocker, PatchState } from '../inventory/asset.ts';
import { compareIn, type Ecosystem } from '../versions/ecosystems.ts';

/** What is known of one asset that has, had or may have the package of a patch. */
export interface PatchAssetFacts {
  /** False when it never reported, or has not for three times its interval. */
  is_reporting: boolean;
  last_check_in_at: string | null;
  /** Its updates that this patch groups; null where nobody asks what it is offered: it is read over SSH. */
  offered: readonly Pick<AvailableUpdate, 'name' | 'is_held'>[] | null;
  /** The source versions of the patch's source that are installed; empty when it is not installed. */
  installed_versions: readonly string[];
  /** What asks for a restart, as the host itself names it. */
  reboot_reasons: readonly string[];
}

export interface PatchAssetState {
  state: PatchState;
  blocked_by: Blocker[];
  next_step: string;
}

/**
 * An asset's relation to a patch, exactly one of five (`failed`, and waiting for a change, are known further downstream).
 * Null: it does not have the package, so the patch is none of its business.
 */
export function patchState(
  patch: { ecosystem: Ecosystem; to_version: string; packages: readonly string[] },
  asset: PatchAssetFacts,
): PatchAssetState | null {
  if (!asset.is_reporting) return silent(asset.last_check_in_at);
  const updates = asset.offered ?? [];
  const held = updates.filter(({ is_held }) => is_held).map(({ name }) => name);
  if (updates.length > 0) return offered(held, updates.length);
  if (asset.installed_versions.length === 0) return null;
  const isOlder = (version: string) => {
    const order = compareIn(patch.ecosystem, version, patch.to_version);
    return order === null || order < 0;
  };
  if (asset.installed_versions.every(isOlder)) {
    if (asset.offered === null) return unasked(asset.installed_versions);
    const text = `This machine has ${asset.installed_versions.join(', ')} and its repositories do not offer ${patch.to_version}.`;
    return waiting(
      { kind: 'plan', text, owner: null, until: null },
      'Offer this version to the machine, or wait for its next refresh.',
    );
  }
  const reason = asset.reboot_reasons.find((each) => patch.packages.some((name) => asksForRestart(each, name)));
  if (reason === undefined)
    return { state: 'patched', blocked_by: [], next_step: 'Nothing: a report has shown it in effect.' };
  const text = `Installed, but not in effect until the machine restarts (${reason}).`;
  return waiting({ kind: 'reboot', text, owner: null, until: null }, 'Restart the machine.');
}

function silent(lastCheckIn: string | null): PatchAssetState {
  const text =
    lastCheckIn === null
      ? 'This machine has not reported its packages yet.'
      : `This machine has been silent since ${lastCheckIn}.`;
  return {
    state: 'unknown',
    blocked_by: [{ kind: 'agent', text, owner: null, until: null }],
    next_step: 'See why its agent does not report.',
  };
}

/** It is older, and that is all that is known: whether it can be had there, and when, is not. */
function unasked(installedVersions: readonly string[]): PatchAssetState {
  const text = `This machine is read over SSH and has ${installedVersions.join(', ')}; what it is offered is not known.`;
  return {
    state: 'unknown',
    blocked_by: [{ kind: 'agent', text, owner: null, until: null }],
    next_step: 'Update it by other means, or enrol an agent on it.',
  };
}

function offered(held: readonly string[], count: number): PatchAssetState {
  const hold: Blocker[] =
    held.length === 0
      ? []
      : [{ kind: 'hold', text: `Held back on the machine: ${[...held].sort().join(', ')}.`, owner: null, until: null }];
  if (held.length === count) {
    return {
      state: 'waiting',
      blocked_by: hold,
      next_step: 'Release the hold on the machine (apt-mark unhold), or leave it.',
    };
  }
  return { state: 'missing', blocked_by: hold, next_step: 'Put it into a change.' };
}

function waiting(blocker: Blocker, next_step: string): PatchAssetState {
  return { state: 'waiting', blocked_by: [blocker], next_step };
}
