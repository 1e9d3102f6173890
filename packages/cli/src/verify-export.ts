import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { CHAIN_START, type ChainedAuditEntry, verifyChain } from '@fleetmend/domain/audit/hash-chain.ts';
import { CliError } from './cli-error.ts';

export interface ExportCheck {
  is_intact: boolean;
  entries: number;
  head: string | null;
  broken_at: number | null;
  /** Whether an entry has the hash that was written down earlier; null when none was given. */
  holds_head: boolean | null;
}

/** Checks an exported audit log line by line, in constant memory. @throws CliError when a line is no entry. */
export async function verifyExport(lines: AsyncIterable<string>, head: string | null): Promise<ExportCheck> {
  let state = CHAIN_START;
  let isHeadFound = false;
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const entry = readEntry(line, state.sequence + 1);
    const checked = verifyChain([entry], nodeCryptography, state);
    if (!checked.is_intact)
      return {
        is_intact: false,
        entries: state.sequence,
        head: state.head,
        broken_at: checked.broken_at,
        holds_head: null,
      };
    state = checked.state;
    if (entry.hash === head) isHeadFound = true;
  }
  const isEmpty = state.sequence === 0;
  return {
    is_intact: true,
    entries: state.sequence,
    head: isEmpty ? null : state.head,
    broken_at: null,
    holds_head: head === null ? null : isHeadFound,
  };
}

function readEntry(line: string, sequence: number): ChainedAuditEntry {
  try {
    const value: unknown = JSON.parse(line);
    if (value !== null && typeof value === 'object' && 'hash' in value) return value as ChainedAuditEntry;
  } catch {
    // Falls through.
  }
  throw new CliError('error', `line ${sequence} of the export is no audit entry`, {
    fix: 'Give a file that fleetmend audit export wrote.',
  });
}
