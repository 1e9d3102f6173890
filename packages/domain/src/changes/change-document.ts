import type { Gate } from '../policies/policy-spec.ts';
import type { Ecosystem } from '../versions/ecosystems.ts';

export type { Gate };

/** One package moved from one exact version to another. `from` null: newly installed because a dependency asks for it. */
export interface Operation {
  ecosystem: Ecosystem;
  package: string;
  architecture: string;
  from: string | null;
  to: string;
  /** The package file's digest (hex) and size in bytes from the repository's signed index: what was approved is what runs. */
  sha256: string;
  size: number;
  /** The repository that offers it, as apt states it. */
  origin: string;
}

/** How a patch is taken back. `none` needs the author's explicit consent in the document. */
export type RollbackClass = 'downgrade' | 'none';

export interface Target {
  asset: string;
  hostname: string;
  /** The host key's id (SHA-256 of its SPKI, hex): an order for one machine is no order for another. */
  key: string;
  operations: Operation[];
  /** The exact way back, fetched before the way forward is taken. */
  rollback: { class: RollbackClass; operations: Operation[]; reason: string | null };
}

/**
 * What people approve and hosts verify, as canonical JSON. Whatever is not in here, a signature does not cover; so
 * everything a host needs to decide stands in here.
 */
export interface ChangeDocument {
  type: 'fleetmend/change/v1';
  organization: string;
  /** Human id, `CH-12`. */
  change: string;
  title: string;
  reason: string;
  /** Person id; the author's own signature never counts while the root names another person. */
  author: string;
  created_at: string;
  /** Rises with every change of the organisation; a host refuses one lower than the highest it has accepted. */
  epoch: number;
  root_version: number;
  policy: { name: string; sha256: string };
  /** Distinct people that must sign; at least the root's own quorum. */
  quorum: number;
  /** When hosts may begin a step, half open. Validity is from the first `from` to the last `until`. */
  windows: { from: string; until: string }[];
  rings: { name: string; assets: string[]; max_in_flight: number; bake_seconds: number }[];
  gates: Gate[];
  on_gate_fail: 'pause' | 'rollback';
  reboot: 'if-needed' | 'never';
  accepts_no_rollback: boolean;
  targets: Target[];
}

/** The steps a host can be ordered to take; each is one order, each is in the document's spirit and nothing else is. */
export const STEPS = ['install', 'reboot', 'probe', 'rollback'] as const;
export type Step = (typeof STEPS)[number];
