/** One figure: ours, what it should be, and beside which peer. Goals that are missed stay in the list. */
export interface Result {
  metric: string;
  value: number;
  unit: string;
  /** In words: `≤ 1 s`, `≥ 1000× debsecan`. */
  goal: string;
  /** Null where nobody else does it; `(published)` where the peer's figure is its own, not of this run. */
  peer: string | null;
  peer_value: number | null;
  /** How many times better than the peer. */
  ratio: number | null;
  holds: boolean;
}

/** What a bench is told: the seed of everything random, and where to say what it is doing. */
export interface BenchContext {
  seed: number;
  /** As little as shows that the bench itself works; its figures mean nothing. */
  is_short: boolean;
  note(text: string): void;
}

/** What `bench/<name>.bench.ts` exports as `bench`. */
export interface Bench {
  /** One sentence for the list of benches. */
  about: string;
  /** What was compared with what: `postgresql 15.14`. Node's own is added. */
  versions(): Record<string, string>;
  run(context: BenchContext): Promise<Result[]>;
}

/** The one object of `--json`. */
export interface Report {
  name: string;
  seed: number;
  versions: Record<string, string>;
  results: Result[];
}

interface Measured {
  metric: string;
  value: number;
  unit: string;
}

interface Peer {
  name: string;
  /** In the same unit. */
  value: number;
}

/** A figure that should be no higher than a limit; beside a peer's where there is one. */
export function atMost(limit: number, measured: Measured, peer: Peer | null = null): Result {
  const ratio = peer === null ? null : peer.value / measured.value;
  const goal = `≤ ${limit} ${measured.unit}`;
  return { ...measured, goal, ...describePeer(peer), ratio, holds: measured.value <= limit };
}

/** A cost (time, bytes) that should be so many times lower than the peer's. */
export function timesLess(times: number, measured: Measured, peer: Peer): Result {
  const ratio = peer.value / measured.value;
  return { ...measured, goal: `≥ ${times}× less`, ...describePeer(peer), ratio, holds: ratio >= times };
}

/** A rate that should be so many times higher than the peer's. */
export function timesMore(times: number, measured: Measured, peer: Peer): Result {
  const ratio = measured.value / peer.value;
  return { ...measured, goal: `≥ ${times}× more`, ...describePeer(peer), ratio, holds: ratio >= times };
}

/** A number that must be exactly this. */
export function exactly(wanted: number, measured: Measured): Result {
  return { ...measured, goal: `= ${wanted}`, ...describePeer(null), ratio: null, holds: measured.value === wanted };
}

/** A figure that is told and has no goal. */
export function told(measured: Measured): Result {
  return { ...measured, goal: 'told', ...describePeer(null), ratio: null, holds: true };
}

/** The value below which 99 of 100 lie. */
export function p99(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.99) - 1)] ?? Number.NaN;
}

/** A report as lines of a table. */
export function formatReport({ name, seed, versions, results }: Report): string {
  const head = ['', 'metric', 'ours', 'goal', 'peer', "peer's", 'ratio'];
  const rows = results.map(({ metric, value, unit, goal, peer, peer_value, ratio, holds }) => [
    holds ? '✓' : '✗',
    metric,
    `${formatNumber(value)} ${unit}`,
    goal,
    peer ?? '',
    peer_value === null ? '' : `${formatNumber(peer_value)} ${unit}`,
    ratio === null ? '' : `${formatNumber(ratio)}×`,
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => [...(row[column] ?? '')].length)));
  const lines = [head, ...rows].map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length))
      .join('  ')
      .trimEnd(),
  );
  const told = Object.entries(versions).map(([what, version]) => `${what} ${version}`);
  return [`bench ${name}, seed ${seed}: ${told.join(', ')}`, ...lines].join('\n');
}

function describePeer(peer: Peer | null): Pick<Result, 'peer' | 'peer_value'> {
  return { peer: peer?.name ?? null, peer_value: peer?.value ?? null };
}

function formatNumber(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en');
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
