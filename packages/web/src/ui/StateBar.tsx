import type { ReactNode } from 'react';
import classes from './bar.module.css';
import { StateIcon } from './StateBadge.tsx';
import type { Look } from './states.ts';

export interface Share {
  key: string;
  look: Look;
  word: string;
  count: number;
  /** Where the counted rows are; the number you click is the rows you get. */
  link?: (text: ReactNode) => ReactNode;
}

/** Machines as parts of a whole, as one bar with its numbers. The numbers are the content; the bar is for the eye. */
export function StateBar({
  shares,
  total,
  isTerse = false,
}: {
  shares: readonly Share[];
  total: number;
  isTerse?: boolean;
}) {
  const shown = isTerse ? shares.filter((share) => share.count > 0) : shares;
  return (
    <div>
      <div className={classes['bar']} aria-hidden="true">
        {shares
          .filter((share) => share.count > 0)
          .map((share) => (
            <span key={share.key} className={classes[share.look]} style={{ flexGrow: share.count }} />
          ))}
      </div>
      <ul className={classes['legend']}>
        {shown.map((share) => (
          <li key={share.key}>
            <i className={classes[`key-${share.look}`]}>
              <StateIcon look={share.look} />
            </i>
            <span>
              <b>{share.count}</b> {share.link && share.count > 0 ? share.link(share.word) : share.word}
            </span>
          </li>
        ))}
        <li className={classes['total']}>
          = {total} {total === 1 ? 'machine' : 'machines'}
        </li>
      </ul>
    </div>
  );
}
