/** One metric of a version of CVSS: its name in full, and what each of its values says. */
export interface Metric {
  name: string;
  /** Which group it belongs to. Every base metric is mandatory, no other is. */
  group: 'base' | 'threat' | 'environmental' | 'supplemental';
  values: Readonly<Record<string, string>>;
}

/** The metrics of one version, in the order in which its specification writes them. */
export type MetricTable = Readonly<Record<string, Metric>>;

/** A value for every metric of a table; what a vector leaves out holds the version's word for "not defined". */
export type Metrics<T extends MetricTable> = { readonly [M in keyof T]: keyof T[M]['values'] & string };

export interface VectorFormat<T extends MetricTable> {
  table: T;
  /** The value that stands for a metric left out. */
  unset: 'ND' | 'X';
  /** Whether the specification fixes the order of the metrics. */
  isOrdered: boolean;
  /** The place of each metric in that order. */
  places: ReadonlyMap<string, number>;
}

/** How vectors of one version are written. */
export function vectorFormat<T extends MetricTable>(
  table: T,
  { unset, isOrdered }: Pick<VectorFormat<T>, 'unset' | 'isOrdered'>,
): VectorFormat<T> {
  return { table, unset, isOrdered, places: new Map(Object.keys(table).map((name, place) => [name, place])) };
}

/**
 * Reads the metrics of a vector, without its prefix. Null unless each is known, has one of its values and stands there
 * once, in order where an order is fixed, and no base metric is missing. Upper and lower case are different.
 */
export function parseMetrics<T extends MetricTable>(text: string, format: VectorFormat<T>): Metrics<T> | null {
  const { table, unset, isOrdered, places } = format;
  const given: Record<string, string> = {};
  let last = -1;
  for (const part of text.split('/')) {
    const colon = part.indexOf(':');
    const name = part.slice(0, colon);
    const value = part.slice(colon + 1);
    const place = places.get(name);
    if (colon === -1 || place === undefined || given[name] !== undefined) return null;
    if (!Object.hasOwn(table[name]?.values ?? {}, value)) return null;
    if (isOrdered && place < last) return null;
    last = place;
    given[name] = value;
  }
  for (const name of places.keys()) {
    if (given[name] !== undefined) continue;
    if (table[name]?.group === 'base') return null;
    given[name] = unset;
  }
  return given as Metrics<T>;
}

/** The shortest text of the metrics: in the order of the specification, without those that are not defined. */
export function printMetrics<T extends MetricTable>(metrics: Metrics<T>, { table, unset }: VectorFormat<T>): string {
  return Object.keys(table)
    .filter((name) => metrics[name] !== unset)
    .map((name) => `${name}:${metrics[name]}`)
    .join('/');
}

/** Whether any metric of a group is defined. */
export function hasGroup<T extends MetricTable>(
  metrics: Metrics<T>,
  { table, unset }: VectorFormat<T>,
  group: Metric['group'],
): boolean {
  return Object.entries(table).some(([name, metric]) => metric.group === group && metrics[name] !== unset);
}
