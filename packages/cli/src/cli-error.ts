import type { Blocker } from '@fleetmend/domain/inventory/asset.ts';
import type { ExitName } from './exit-codes.ts';

/** The one error a command throws on purpose: what went wrong, and what the person can do about it. */
export class CliError extends Error {
  readonly exit: ExitName;
  readonly fix: string | undefined;
  readonly requestId: string | undefined;
  readonly blockedBy: readonly Blocker[];
  constructor(
    exit: ExitName,
    what: string,
    more: {
      fix?: string | undefined;
      requestId?: string | undefined;
      blockedBy?: readonly Blocker[];
      cause?: unknown;
    } = {},
  ) {
    super(what, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'CliError';
    this.exit = exit;
    this.fix = more.fix;
    this.requestId = more.requestId;
    this.blockedBy = more.blockedBy ?? [];
  }
}
