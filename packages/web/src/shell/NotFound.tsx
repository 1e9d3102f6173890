import { Link } from '@tanstack/react-router';
import { Empty } from '../ui/Panel.tsx';

/** An address nothing lives at. */
export function NotFound() {
  return (
    <main>
      <Empty title="There is nothing at this address" action={<Link to="/">Go to the overview</Link>}>
        The link may be old, or a letter is missing.
      </Empty>
    </main>
  );
}
