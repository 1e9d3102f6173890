import type { Output } from '@fleetmend/api/client.ts';
import { type Cli, note } from './cli.ts';
import { CliError } from './cli-error.ts';
import { printFields, printJson } from './print.ts';
import { noteBlockers } from './report-error.ts';
import { visibleText } from './visible-text.ts';

export type Change = Output<'readChange'>;

/** @throws CliError (blocked) while there is no document. */
export function requirePlan(change: Change): void {
  if (change.canonical === null || change.digest === null) {
    throw new CliError('blocked', `${change.id} has no plan yet (${change.state})`, {
      blockedBy: change.blocked_by,
      fix: change.next_step,
    });
  }
}

/** The plan from the canonical text; a text that is not what it should be is said to be so, and not shown as a plan. */
export async function printPlan(cli: Cli, change: Change, write: (line: string) => void): Promise<void> {
  const [{ parseChangeDocument }, { digestOf }, { changeLines }] = await Promise.all([
    import('@fleetmend/api/parse-change-document.ts'),
    import('./check-document.ts'),
    import('./render-change.ts'),
  ]);
  const document = parseChangeDocument(change.canonical ?? '');
  if (document === null)
    throw new CliError('error', `the document of ${change.id} is not a change document in its one canonical form`);
  const digest = digestOf(change.canonical ?? '');
  if (digest !== change.digest) note(cli, `warning: the server says the digest is ${change.digest}; do not sign this`);
  for (const line of changeLines(document, digest)) write(line);
}

/** A change without its plan: where it stands, who signed, what it waits for. */
export function printChange(cli: Cli, change: Change): void {
  if (cli.options().json === true) return printJson(cli, change);
  printFields(cli, [
    ['Change', change.id],
    ['Title', change.title],
    ['State', { state: change.state }],
    ['Next step', change.next_step],
    ['Patches', change.patches.map(({ id, title }) => `${id} ${title}`).join(', ')],
    ['Policy', change.policy],
    ['Author', change.author.name],
    ['Created', { instant: change.created_at }],
    ['Ends', { instant: change.expires_at }],
    [
      'Still to sign',
      change.canonical === null
        ? null
        : change.approvals_needed === 0
          ? 'nobody'
          : `${change.approvals_needed} of ${change.can_approve.map(({ name }) => name).join(', ') || 'nobody who can'}`,
    ],
    ...change.approvals.map(
      ({ person, kind, at, is_author }) =>
        ['Signed', `${person.name}, ${kind}, ${at}${is_author ? ' (the author)' : ''}`] as const,
    ),
    ...(change.rejected === null ? [] : [['Ended by', `${change.rejected.by}: ${change.rejected.reason}`] as const]),
    ['Rollout', change.rollout],
    ['SHA-256', change.digest],
  ]);
  noteBlockers(cli, change.blocked_by);
  if (change.approvals.length > 0 && change.state === 'approved')
    note(cli, `Start it: fleetmend rollout start ${visibleText(change.id)}`);
}
