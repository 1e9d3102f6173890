import type { Gate, PolicySpec, PolicyWindow } from './policy-spec.ts';
import { durationSeconds } from './window.ts';

const DAY_NAMES = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
} as const;
const WEEK = Object.keys(DAY_NAMES) as (keyof typeof DAY_NAMES)[];
const UNITS = [
  ['d', 'day', 86_400],
  ['h', 'hour', 3600],
  ['m', 'minute', 60],
  ['s', 'second', 1],
] as const;

/** A policy in plain words: which machines, in which order, when, who must agree, what is watched, and reboots. */
export function policySentence(spec: PolicySpec): string {
  return [
    `Patches go to ${machines(spec.select)}, ${order(spec.rings)}, ${when(spec.window)},`,
    `once ${spec.approvals.quorum === 1 ? 'one person has' : `${spec.approvals.quorum} people have`} signed the change.`,
    watch(spec.rings),
    gates(spec),
    spec.reboot === 'never' ? 'Machines are never rebooted.' : 'A machine is rebooted if a patch needs it.',
  ].join(' ');
}

function machines(select: string): string {
  return select.trim() === '' ? 'every machine' : `the machines with ${select.trim()}`;
}

function order(rings: PolicySpec['rings']): string {
  const [only] = rings;
  if (rings.length === 1 && only !== undefined) return `${atOnce(only.max_in_flight)} at a time`;
  return `ring by ring (${rings.map(({ name, max_in_flight }) => `${name}: ${atOnce(max_in_flight)} at a time`).join(', then ')})`;
}

function watch(rings: PolicySpec['rings']): string {
  const [only] = rings;
  if (rings.length === 1 && only !== undefined) return `After that they are watched for ${duration(only.bake)}.`;
  return `Each ring is watched before the next begins: ${listed(rings.map(({ name, bake }) => `${name} for ${duration(bake)}`))}.`;
}

function atOnce(count: number): string {
  return count === 1 ? 'one' : `up to ${count}`;
}

function when(window: PolicyWindow | null): string {
  if (window === null) return 'at any time';
  const days = WEEK.filter((day) => window.days.includes(day));
  const on = days.length === 7 ? 'every day' : `on ${listed(days.map((day) => DAY_NAMES[day]))}`;
  return `${on} from ${window.start} for ${duration(window.duration)} (${window.tz})`;
}

function gates({ gates: list, on_gate_fail }: PolicySpec): string {
  if (list.length === 0) return 'There are no gates.';
  const then = on_gate_fail === 'rollback' ? 'what was installed is rolled back' : 'the rollout pauses';
  return `Each machine must pass ${listed(list.map(gate))}; if one fails, ${then}.`;
}

function gate(each: Gate): string {
  return each.kind === 'systemd' ? `${each.unit} active` : `${each.url} answering ${each.expect_status}`;
}

function duration(text: string): string {
  const seconds = durationSeconds(text);
  const unit = UNITS.find(([letter]) => text.endsWith(letter));
  if (seconds === null || unit === undefined) return text;
  const count = seconds / unit[2];
  return count === 1 ? `one ${unit[1]}` : `${count} ${unit[1]}s`;
}

function listed(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
