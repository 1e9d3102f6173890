import type { ChangeDocument, Step } from '../changes/change-document.ts';
import { type Refusal, refuse } from './refusals.ts';

/** A signature must not be a standing permission: nothing signed once runs for longer than this. Milliseconds. */
const MAX_VALIDITY = 31 * 86_400_000;

/** Whether a change may run now: its windows (half open), its lease, and that no newer change has been accepted. */
export function checkValidity(
  { windows, epoch }: Pick<ChangeDocument, 'windows' | 'epoch'>,
  step: Step,
  host: { now: string; lease_expired: boolean; highest_epoch: number },
): Refusal | null {
  return (
    checkWindows(windows, step, host.now) ??
    (host.lease_expired ? refuse('lease-expired') : null) ??
    (epoch < host.highest_epoch
      ? refuse('epoch-stale', `Epoch ${epoch}; ${host.highest_epoch} has been accepted.`)
      : null)
  );
}

/** Installing and rebooting disturb and so keep to the windows; looking and taking back must not wait for the next one. */
const KEEPS_TO_WINDOWS: ReadonlySet<Step> = new Set(['install', 'reboot']);

function checkWindows(windows: ChangeDocument['windows'], step: Step, at: string): Refusal | null {
  const now = Date.parse(at);
  const spans = windows.map(({ from, until }) => ({ from: Date.parse(from), until: Date.parse(until) }));
  const first = Math.min(...spans.map(({ from }) => from));
  const last = Math.max(...spans.map(({ until }) => until));
  // Written so that a time that cannot be read (NaN) is refused too.
  if (spans.length === 0 || !spans.every(({ from, until }) => from < until)) return refuse('windows-malformed');
  if (!(last - first <= MAX_VALIDITY)) return refuse('validity-too-long');
  if (!(now >= first)) return refuse('not-yet-valid');
  if (!(now < last)) return refuse('expired');
  if (!KEEPS_TO_WINDOWS.has(step)) return null;
  return spans.some(({ from, until }) => from <= now && now < until) ? null : refuse('outside-window');
}
