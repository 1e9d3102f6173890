import { Link } from '@tanstack/react-router';
import { HostText } from '../ui/HostText.tsx';

/** An advisory or a vulnerability by its id, and the way to what all feeds say of it. */
export function AdvisoryLink({ id }: { id: string }) {
  return (
    <Link to="/advisories/$id" params={{ id }}>
      <HostText text={id} />
    </Link>
  );
}

/** Several of them, with commas between. */
export function AdvisoryLinks({ ids }: { ids: readonly string[] }) {
  return ids.map((id, at) => (
    <span key={id}>
      {at > 0 && ', '}
      <AdvisoryLink id={id} />
    </span>
  ));
}
