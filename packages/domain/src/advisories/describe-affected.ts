import type { Affected, RangeEvent } from './advisory.ts';

/** How many versions of a list are named; the rest is counted. */
const NAMED = 5;

/** Which versions an entry of an advisory is about, each range in words: `from 1.0, before 1.2`, `all versions`. */
export function describeAffected({ ranges, versions }: Pick<Affected, 'ranges' | 'versions'>): string[] {
  const intervals = ranges
    .filter(({ type }) => type !== 'GIT')
    .flatMap(({ events }) => splitIntervals(events).map(describeInterval));
  const [named, rest] = [versions.slice(0, NAMED), versions.length - NAMED];
  const more = rest > 0 ? ` and ${rest} more` : '';
  return [...intervals, ...(named.length > 0 ? [`${named.join(', ')}${more}`] : [])];
}

/** Each start with the ends that belong to it, in the order in which they are published. */
function splitIntervals(events: readonly RangeEvent[]): RangeEvent[] {
  const intervals: RangeEvent[] = [];
  for (const event of events) {
    const open = intervals.at(-1);
    if (event.introduced !== undefined || open === undefined) intervals.push({ ...event });
    else Object.assign(open, event);
  }
  return intervals;
}

function describeInterval({ introduced, fixed, last_affected, limit }: RangeEvent): string {
  const end = fixed ?? limit;
  const words = [
    ...(introduced === undefined || introduced === '0' ? [] : [`from ${introduced}`]),
    ...(end === undefined ? [] : [`before ${end}`]),
    ...(last_affected === undefined ? [] : [`up to ${last_affected}`]),
  ];
  return words.length === 0 ? 'all versions' : words.join(', ');
}
