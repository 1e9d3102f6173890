import { hash } from 'node:crypto';
import { canonicalJson } from '@fleetmend/domain/canonical-json.ts';
import type { HostState } from './agent-protocol.ts';

/** The digest that stands for a host's state: 128 bits, since a host can only deceive itself with it. */
export function stateDigest(state: HostState): string {
  // Canonical JSON knows integers alone; an interval may have a fraction.
  const text = canonicalJson({ ...state, check_in_seconds: String(state.check_in_seconds) });
  return hash('sha256', text, 'base64url').slice(0, 22);
}

/** Seconds into the interval at which a host checks in: spread evenly over a fleet, the same after every restart. */
export function phaseSeconds(asset: string, checkInSeconds: number): number {
  const share = Number.parseInt(hash('sha256', asset, 'hex').slice(0, 8), 16) / 2 ** 32;
  return Math.floor(share * checkInSeconds * 1000) / 1000;
}
