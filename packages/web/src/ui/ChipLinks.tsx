import type { ReactNode } from 'react';
import classes from './chips.module.css';

/** Filters as links, so that each is an address; the one in force says so. */
export function ChipLinks({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav className={classes['chips']} aria-label={label}>
      {children}
    </nav>
  );
}

/** For a link inside ChipLinks: the one that is exactly the present address is marked as current. */
export const chip = { className: classes['chip'] ?? '', activeOptions: { exact: true } };
