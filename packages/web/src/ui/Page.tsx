import { type ReactNode, useEffect } from 'react';
import { formatClock } from './format-time.ts';
import classes from './panel.module.css';

/** A screen: where it is, what it is, its sentence, when it was read, what can be done. */
export function Page({
  title,
  heading,
  crumb,
  lead,
  asOf,
  isLive = false,
  actions,
  children,
}: {
  title: string;
  heading?: ReactNode;
  crumb?: ReactNode;
  lead?: ReactNode;
  asOf?: number | undefined;
  isLive?: boolean;
  actions?: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Fleetmend`;
  }, [title]);
  return (
    <div className={classes['page']}>
      <div className={classes['head']}>
        <div>
          {crumb && <div className={classes['crumb']}>{crumb}</div>}
          <h1>{heading ?? title}</h1>
          {lead && <div className={classes['lead']}>{lead}</div>}
        </div>
        <div className="row">
          {asOf !== undefined && asOf > 0 && (
            <span className={classes['asOf']}>
              as of {formatClock(new Date(asOf), null)}
              {isLive && ' · live'}
            </span>
          )}
          {actions}
        </div>
      </div>
      {children}
    </div>
  );
}
