import type { ReactNode } from 'react';
import classes from './badge.module.css';
import type { Look, StateLook } from './states.ts';

const ICONS: Record<Look, ReactNode> = {
  done: <path d="m2.5 6.5 2.5 2.5 4.5-6" />,
  running: (
    <>
      <circle cx="6" cy="6" r="4.5" />
      <path d="M6 1.5a4.5 4.5 0 0 1 0 9z" fill="currentColor" stroke="none" />
    </>
  ),
  waiting: <path d="M3 1.5h6M3 10.5h6M3.5 1.5c0 3 5 6 5 9M8.5 1.5c0 3-5 6-5 9" />,
  ended: <path d="M2.5 6h7" />,
  missing: <path d="M6 1.5v6M3.5 5.5 6 8l2.5-2.5M2 10.5h8" />,
  paused: <path d="M4 2v8M8 2v8" strokeWidth="2" />,
  partial: (
    <>
      <circle cx="6" cy="6" r="4.5" />
      <path d="M6 3v3h3" />
    </>
  ),
  failed: <path d="m2.5 2.5 7 7M9.5 2.5l-7 7" />,
  'rolled-back': <path d="M4.5 1.5 2 4l2.5 2.5M2 4h5a3 3 0 0 1 0 6H4.5" />,
  unknown: <path d="M4 4a2 2 0 1 1 2.7 1.9c-.5.2-.7.5-.7 1.1M6 9.3v.4" />,
};

/** The icon of a look, for legends and badges. Its word always stands beside it. */
export function StateIcon({ look }: { look: Look }) {
  return (
    <svg
      aria-hidden="true"
      width="12"
      height="12"
      viewBox="0 0 12 12"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {ICONS[look]}
    </svg>
  );
}

/** A state as icon, word and fill, so that none of the three is needed to read the other two. */
export function StateBadge({ state }: { state: StateLook }) {
  return (
    <span className={`${classes['badge']} ${classes[state.look]}`}>
      <StateIcon look={state.look} />
      {state.word}
    </span>
  );
}
