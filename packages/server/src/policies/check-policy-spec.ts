import type { PolicySpec } from '@fleetmend/api/policies.ts';
import { parseSelector } from '@fleetmend/domain/inventory/selector.ts';
import { durationSeconds, isTimeZone } from '@fleetmend/domain/policies/window.ts';
import { hasControl, hint } from './explain-issue.ts';
import type { Fault } from './yaml-document.ts';

const DAY_SECONDS = 86_400;
/** Longer windows are never closed, since the next one opens within the week. */
const MAX_WINDOW_SECONDS = 7 * DAY_SECONDS;
const MIN_WINDOW_SECONDS = 60;
const MAX_BAKE_SECONDS = 30 * DAY_SECONDS;

/** What the schema cannot say of a policy: selectors that read, time zones that exist, names that differ. */
export function checkPolicySpec(spec: PolicySpec): Fault[] {
  return [...checkText(spec, []), ...checkSelectors(spec), ...checkRings(spec), ...checkWindow(spec)];
}

/** A quoted YAML text can spell any character. */
function checkText(value: unknown, path: readonly PropertyKey[]): Fault[] {
  if (typeof value === 'string') {
    if (hasControl(value)) return [{ path, text: 'a control character cannot stand here' }];
    return value.isWellFormed() ? [] : [{ path, text: 'the text is not valid Unicode' }];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => checkText(part, [...path, key]));
}

function checkSelectors({ select, rings }: PolicySpec): Fault[] {
  const places = [
    { path: ['select'], text: select },
    ...rings.map((ring, i) => ({ path: ['rings', i, 'select'], text: ring.select })),
  ];
  return places.flatMap(({ path, text }) => {
    const selector = parseSelector(text);
    return 'error' in selector ? [{ path, text: selector.error }] : [];
  });
}

function checkRings({ rings }: PolicySpec): Fault[] {
  const names = rings.map(({ name }) => name);
  return rings.flatMap(({ name, bake }, i) => [
    ...(names.indexOf(name) < i ? [{ path: ['rings', i, 'name'], text: `two rings are called "${name}"` }] : []),
    ...((durationSeconds(bake) ?? 0) > MAX_BAKE_SECONDS
      ? [{ path: ['rings', i, 'bake'], text: 'a ring is watched for 30d at most' }]
      : []),
  ]);
}

function checkWindow({ window }: PolicySpec): Fault[] {
  if (window === null) return [];
  const seconds = durationSeconds(window.duration) ?? 0;
  const isLengthGood = seconds >= MIN_WINDOW_SECONDS && seconds <= MAX_WINDOW_SECONDS;
  return [
    ...(isTimeZone(window.tz)
      ? []
      : [{ path: ['window', 'tz'], text: `there is no time zone "${window.tz}"${hint(window.tz, zones())}` }]),
    ...(isLengthGood ? [] : [{ path: ['window', 'duration'], text: 'a window lasts from 1m to 7d' }]),
    ...(new Set(window.days).size === window.days.length
      ? []
      : [{ path: ['window', 'days'], text: 'a day stands here twice' }]),
  ];
}

function zones(): string[] {
  return Intl.supportedValuesOf('timeZone');
}
