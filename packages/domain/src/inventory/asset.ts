import type { Ecosystem } from '../versions/ecosystems.ts';

/**
 * One installed package as its manager names it; `source` and `source_version` are what advisories speak of. Versions are
 * whole, with an epoch where there is one; what has no architecture says `all`.
 */
export interface Software {
  ecosystem: Ecosystem;
  name: string;
  version: string;
  architecture: string;
  source: string;
  source_version: string;
  /**
   * What it is a part of: the rpm module it was built in (`nodejs:12:8030020201124152102:229f0a1c`), or the file that names
   * a component of an application (`/srv/shop/package-lock.json`, percent-encoded).
   */
  module: string | null;
}

/** What one asset can install now in place of something it has. */
export interface AvailableUpdate {
  ecosystem: Ecosystem;
  name: string;
  architecture: string;
  installed_version: string;
  candidate_version: string;
  source: string;
  source_installed_version: string;
  source_candidate_version: string;
  /** The repository that offers it, as apt states it: `Debian:12/bookworm-security`. */
  origin: string;
  suite: string;
  is_security: boolean;
  /** Held back on the host: listed, never planned. */
  is_held: boolean;
  /** Bytes of the package file, and its SHA-256 from the repository's index; null where the manager tells none before it downloads. */
  size: number | null;
  sha256: string | null;
  /**
   * The lowest version on offer that carries every security fix the candidate does: what "fix only" installs. Null where
   * that is the candidate itself, or nobody says which versions are security fixes.
   */
  fix_version: string | null;
  /** Ids of the advisories that its repository names for it above the installed version, and the worst severity as it is worded there. */
  advisories: string[];
  severity: string | null;
  /** CVE ids its makers name above the installed version, in its changelog or those advisories; null when neither could be read. */
  changelog_cves: string[] | null;
}

/** A service that still maps a file its package has since replaced. */
export interface StaleService {
  unit: string;
  pids: number[];
  files: string[];
}

/** How a machine is reached: its agent signs what it says and judges orders itself; over SSH it is only read, on the word of the connection. */
export type ReachedBy = 'agent' | 'ssh';

/** The agent that speaks for a machine. */
export interface AgentFacts {
  version: string;
  mode: 'observe' | 'apply';
  root_version: number | null;
  root_digest: string | null;
}

/** What a machine says about itself beside its packages. */
export interface AssetFacts {
  hostname: string;
  machine_id: string;
  /** Of its network cards, in small letters: a hint that two records are one machine, never its identity. */
  mac_addresses: string[];
  boot_id: string;
  os: { id: string; version_id: string; codename: string; name: string };
  architecture: string;
  /** `uname -r` of the kernel that runs, and the newest installed one that could. */
  kernel_running: string;
  kernel_installed: string | null;
  reboot_required: boolean;
  reboot_reasons: string[];
  stale_services: StaleService[];
  /** When the agent last refreshed its own package lists, and the error if it could not. */
  lists_refreshed_at: string | null;
  lists_error: string | null;
  /** Null for a machine that is read over SSH: none runs there. */
  agent: AgentFacts | null;
}

/** An asset's relation to a patch, exactly one of five; the five sum to the total. Unknown is never green. */
export const PATCH_STATES = ['patched', 'missing', 'waiting', 'failed', 'unknown'] as const;
export type PatchState = (typeof PATCH_STATES)[number];

export const CRITICALITIES = ['low', 'medium', 'high'] as const;
export const SENSITIVITIES = ['none', 'internal', 'confidential'] as const;
export const EXPOSURES = ['isolated', 'internal', 'internet'] as const;

/** What the owner says an asset is worth; null is "nobody has said", which is shown and never read as low. */
export interface AssetWorth {
  criticality: (typeof CRITICALITIES)[number] | null;
  data_sensitivity: (typeof SENSITIVITIES)[number] | null;
  exposure: (typeof EXPOSURES)[number] | null;
}

/** Why something waits, on whom and until when: the same object in API, CLI and console. */
export interface Blocker {
  kind:
    | 'approval'
    | 'window'
    | 'gate'
    | 'hold'
    | 'plan'
    | 'agent'
    | 'trust'
    | 'reboot'
    | 'restart'
    | 'paused'
    | 'rollback';
  text: string;
  owner: string | null;
  until: string | null;
}
