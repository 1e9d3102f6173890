import { Link } from '@tanstack/react-router';
import { Page } from '../ui/Page.tsx';

/** An address nothing lives at. */
export function NotFound() {
  return (
    <main>
      <Page title="There is nothing at this address" lead="The link may be old, or a letter is missing.">
        <p>
          <Link to="/">Go to the overview</Link>
        </p>
      </Page>
    </main>
  );
}
