import { Instant } from '../ui/Instant.tsx';
import { useNow } from '../ui/use-now.ts';

/** By when a patch is due; null is "with the next upgrade". What is overdue says so. */
export function DueDate({ at }: { at: string | null }) {
  const now = useNow(60_000);
  if (at === null) return <span className="muted">next upgrade</span>;
  if (Date.parse(at) < now)
    return (
      <span className="danger">
        overdue, <Instant at={at} />
      </span>
    );
  return <Instant at={at} />;
}
