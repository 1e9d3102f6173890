import type { ProblemDocument } from '@fleetmend/api/problems.ts';
import type { Blocker } from '@fleetmend/domain/inventory/asset.ts';
import { type Cli, note, paint } from './cli.ts';
import { CliError } from './cli-error.ts';
import type { ExitName } from './exit-codes.ts';
import { relativeTime } from './relative-time.ts';
import { visibleText } from './visible-text.ts';

const EXIT_OF_CODE: Partial<Record<string, ExitName>> = {
  'state-conflict': 'blocked',
  'permission-missing': 'sign_in',
};
const FIX_OF_CODE: Partial<Record<string, string>> = {
  'sign-in-needed': 'Run: fleetmend login',
  'sign-in-link-dead': 'Ask for a new link, or run on the server: npm start (it prints one).',
  'permission-missing': 'Ask an administrator, or use a token that may.',
  'not-found': 'Look the name up with the list command of the same noun.',
  'plan-impossible': 'Resolve the reason, then repeat the command; the trust root is shown by: fleetmend root show',
  'precondition-failed': 'Read it again, then repeat the command.',
  'too-many-requests': 'Wait a moment, then repeat the command.',
  'database-unavailable': 'Wait a moment, then repeat the command.',
};

/** Says an error on stderr: what, why, how to fix it, and the request to ask about. Returns how the run ends. */
export function reportError(cli: Cli, error: unknown): ExitName {
  const known = error instanceof CliError ? error : fromProblem(error);
  if (known === null) {
    const text = error instanceof Error ? error.message : String(error);
    note(cli, `${paint(cli, 'red', 'error:', 'stderr')} unexpected: ${visibleText(text)}`);
    note(cli, 'fix: Repeat it with --debug and report what it prints.');
    if (cli.options().debug === true && error instanceof Error) note(cli, error.stack ?? '');
    return 'error';
  }
  const prefix = known.exit === 'interrupted' ? '' : `${paint(cli, 'red', 'error:', 'stderr')} `;
  note(cli, `${prefix}${visibleText(known.message)}`);
  noteBlockers(cli, known.blockedBy);
  if (known.fix !== undefined) note(cli, `fix: ${visibleText(known.fix)}`);
  if (known.requestId !== undefined) note(cli, `request: ${visibleText(known.requestId)}`);
  return known.exit;
}

/** What something waits for, one line each, on stderr. */
export function noteBlockers(cli: Cli, blockers: readonly Blocker[]): void {
  for (const { kind, text, owner, until } of blockers) {
    const who = owner === null ? '' : ` (owner: ${visibleText(owner)})`;
    const when =
      until === null ? '' : ` until ${visibleText(until)} (${visibleText(relativeTime(until, cli.io.now()))})`;
    note(cli, `blocked_by: ${kind}: ${visibleText(text)}${who}${when}`);
  }
}

/** The server's problem, recognised by its shape: importing the client only to compare classes would cost the start. */
export function problemOf(error: unknown): ProblemDocument | null {
  const problem = error instanceof Error ? (error as { problem?: ProblemDocument }).problem : undefined;
  return problem !== undefined && typeof problem.code === 'string' ? problem : null;
}

function fromProblem(error: unknown): CliError | null {
  const problem = problemOf(error);
  if (problem === null) return null;
  const errors = (problem.errors ?? []).map(({ pointer, message }) => `${pointer}: ${message}`);
  const why = [problem.detail, ...errors.filter((line) => !problem.detail?.includes(line))].filter(Boolean).join('; ');
  const exit = EXIT_OF_CODE[problem.code] ?? (problem.status === 401 ? 'sign_in' : 'error');
  return new CliError(exit, why === '' ? problem.title : `${problem.title}. ${why}`, {
    fix: FIX_OF_CODE[problem.code],
    requestId: problem.instance,
  });
}
