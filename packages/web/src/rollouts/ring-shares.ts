import type { Output } from '@fleetmend/api/client.ts';
import type { Share } from '../ui/StateBar.tsx';

type Ring = Output<'readRollout'>['rings'][number];

/** The machines of some rings by what has become of them; whatever no count explains is shown as unknown, never hidden. */
export function ringShares(rings: readonly Ring[]): { shares: Share[]; total: number } {
  const sum = (read: (ring: Ring) => number) => rings.reduce((total, ring) => total + read(ring), 0);
  const total = sum((ring) => ring.total);
  const shares: Share[] = [
    { key: 'verified', look: 'done', word: 'verified', count: sum((ring) => ring.verified) },
    { key: 'in_flight', look: 'running', word: 'in flight', count: sum((ring) => ring.in_flight) },
    { key: 'waiting', look: 'waiting', word: 'waiting', count: sum((ring) => ring.waiting) },
    { key: 'failed', look: 'failed', word: 'failed', count: sum((ring) => ring.failed) },
    { key: 'rolled_back', look: 'rolled-back', word: 'rolled back', count: sum((ring) => ring.rolled_back) },
  ];
  const rest = total - shares.reduce((counted, share) => counted + share.count, 0);
  if (rest > 0) shares.push({ key: 'unknown', look: 'unknown', word: 'skipped or unknown', count: rest });
  return { shares, total };
}
