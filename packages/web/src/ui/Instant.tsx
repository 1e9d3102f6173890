import { Tooltip } from '@mantine/core';
import { formatInstant, formatRelative } from './format-time.ts';
import { useNow } from './use-now.ts';

/** A time as people read it, with the exact time in UTC and their own zone behind it. Null says what is not known. */
export function Instant({ at, never = 'never' }: { at: string | number | null; never?: string }) {
  const now = useNow(15_000);
  if (at === null) return <span className="muted">{never}</span>;
  const then = new Date(at);
  const exact = `${formatInstant(then, 'UTC')} · ${formatInstant(then, null)}`;
  return (
    <Tooltip label={exact}>
      <time dateTime={then.toISOString()}>{formatRelative((then.getTime() - now) / 1000, 'en')}</time>
    </Tooltip>
  );
}

/** A point in time in UTC, and in the reader's zone where that reads differently: for evidence. */
export function BothInstants({ at }: { at: string }) {
  const utc = formatInstant(at, 'UTC');
  const own = formatInstant(at, null);
  return (
    <time dateTime={at}>
      {utc}
      {own !== utc && <div className="small muted">{own}</div>}
    </time>
  );
}

/** A point in time spelled out in the reader's zone, UTC behind it: for windows and deadlines. */
export function ExactInstant({ at }: { at: string }) {
  return (
    <Tooltip label={formatInstant(at, 'UTC')}>
      <time dateTime={at}>{formatInstant(at, null)}</time>
    </Tooltip>
  );
}
