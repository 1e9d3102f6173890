import type { Operation } from '../changes/change-document.ts';
import type { AssetFacts } from '../inventory/asset.ts';
import { packageKey } from './check-operations.ts';

/**
 * Whether what was installed is in effect (NIST SP 800-40r4: installed *and* has taken effect): every package at its
 * version in a later report, no reboot pending, and no service that began to run replaced code with this change.
 */
export function judgeEffect({
  operations,
  installed,
  facts,
  stale_before,
}: {
  operations: readonly Operation[];
  /** Version by `packageKey`. */
  installed: ReadonlyMap<string, string>;
  facts: Pick<AssetFacts, 'reboot_required' | 'reboot_reasons' | 'stale_services'>;
  /** Units that ran replaced code before the change already. */
  stale_before: readonly string[];
}): { needs: 'nothing' | 'versions' | 'reboot'; detail: string } {
  const behind = operations.filter((operation) => installed.get(packageKey(operation)) !== operation.to);
  if (behind.length > 0) {
    const [one] = behind;
    const now = one === undefined ? undefined : installed.get(packageKey(one));
    return {
      needs: 'versions',
      detail: `The last report shows ${one?.package} at ${now ?? 'no version'}, not ${one?.to}.`,
    };
  }
  if (facts.reboot_required)
    return {
      needs: 'reboot',
      detail: `Installed, but a reboot is pending: ${facts.reboot_reasons.join(', ') || 'no reason given'}.`,
    };
  const before = new Set(stale_before);
  const stale = facts.stale_services.filter(({ unit }) => !before.has(unit)).map(({ unit }) => unit);
  if (stale.length > 0)
    return {
      needs: 'reboot',
      detail: `Installed, but these services still run the replaced code: ${stale.join(', ')}.`,
    };
  return { needs: 'nothing', detail: '' };
}
