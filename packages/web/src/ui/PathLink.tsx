import { useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';
import { isOwnPath } from '../access/return-path.ts';

/** A link whose address the server gave: only a path of this console is followed, anything else is plain text. */
export function PathLink({ href, children }: { href: string; children: ReactNode }) {
  const router = useRouter();
  if (!isOwnPath(href)) return <>{children}</>;
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    router.history.push(href);
  };
  return (
    <a href={href} onClick={follow}>
      {children}
    </a>
  );
}
