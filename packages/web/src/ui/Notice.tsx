import type { ReactNode } from 'react';
import classes from './panel.module.css';
import { StateIcon } from './StateBadge.tsx';
import type { Look } from './states.ts';

/** Something to know before reading on; `isAlert` for what must not be missed. */
export function Notice({ look, children, isAlert = false }: { look: Look; children: ReactNode; isAlert?: boolean }) {
  return (
    <div role={isAlert ? 'alert' : 'note'} className={`${classes['notice']} ${isAlert ? classes['alert'] : ''}`}>
      <StateIcon look={look} />
      <div className="grow">{children}</div>
    </div>
  );
}
