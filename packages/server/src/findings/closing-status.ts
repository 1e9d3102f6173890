import type { VexStatement } from '@fleetmend/domain/advisories/vex/vex-statement.ts';

/** How a statement that answers a finding closes it. */
export function closingStatus({ status }: Pick<VexStatement, 'status'>): 'not_affected' | 'fixed' {
  return status === 'fixed' ? 'fixed' : 'not_affected';
}
