import type { Output } from '@fleetmend/api/client.ts';
import type { ReactNode } from 'react';
import classes from './badge.module.css';

export type Decision = Output<'readPatch'>['decision'];

/** The four decisions of SSVC, most urgent first, with what each asks for. */
export const DECISIONS: readonly { id: Decision; word: string; meaning: string }[] = [
  { id: 'act', word: 'Act', meaning: 'ship it now' },
  { id: 'attend', word: 'Attend', meaning: 'ship it sooner than usual' },
  { id: 'track_star', word: 'Track*', meaning: 'ship it on schedule, watch it closely' },
  { id: 'track', word: 'Track', meaning: 'ship it on schedule' },
];

const SHAPES: Record<Decision, ReactNode> = {
  act: <path d="M3.6.5h4.8l3.1 3.1v4.8l-3.1 3.1H3.6L.5 8.4V3.6z" />,
  attend: <path d="M6 1 11.5 11H.5z" />,
  track_star: <path d="m6 .5 5.5 5.5L6 11.5.5 6z" />,
  track: <circle cx="6" cy="6" r="5" />,
};

/** A decision as shape, word and fill: told by lightness and shape, never by hue alone. */
export function DecisionBadge({ decision }: { decision: Decision }) {
  return (
    <span className={`${classes['badge']} ${classes[decision]}`}>
      <svg aria-hidden="true" width="10" height="10" viewBox="0 0 12 12" fill="currentColor">
        {SHAPES[decision]}
      </svg>
      {DECISIONS.find((known) => known.id === decision)?.word ?? decision}
    </span>
  );
}
