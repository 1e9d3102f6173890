import { Link } from '@tanstack/react-router';
import type { Row } from '../client.ts';
import { Waiting } from '../ui/Blockers.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { Sentence } from '../ui/Sentence.tsx';
import { StateBadge } from '../ui/StateBadge.tsx';
import { StateBar } from '../ui/StateBar.tsx';
import { ROLLOUT_STATE_LOOKS } from '../ui/states.ts';
import { ringShares } from './ring-shares.ts';
import classes from './rollouts.module.css';

type Rollout = Row<'listRollouts'>;

/** One rollout: where its machines stand and how it goes. */
export const ROLLOUT_COLUMNS: readonly Column<Rollout>[] = [
  {
    key: 'rollout',
    title: 'Rollout',
    cell: (rollout) => (
      <>
        <Link to="/rollouts/$id" params={{ id: rollout.id }} className={classes['title']}>
          {rollout.id} · <HostText text={rollout.title} />
        </Link>
        <div className="small muted">
          <Link to="/changes/$id" params={{ id: rollout.change }}>
            {rollout.change}
          </Link>
        </div>
      </>
    ),
  },
  {
    key: 'state',
    title: 'State',
    kind: 'fit',
    cell: (rollout) => <StateBadge state={ROLLOUT_STATE_LOOKS[rollout.state]} />,
  },
  {
    key: 'progress',
    title: 'Machines',
    cell: (rollout) => {
      const { shares, total } = ringShares(rollout.rings);
      return (
        <div className={classes['progress']}>
          <StateBar shares={shares} total={total} isTerse />
        </div>
      );
    },
  },
  {
    key: 'sentence',
    title: 'How it goes',
    cell: (rollout) => (
      <>
        <Sentence text={rollout.sentence} />
        <Waiting blocked_by={rollout.blocked_by} next_step={rollout.next_step} />
      </>
    ),
  },
  { key: 'started', title: 'Started', kind: 'fit', cell: (rollout) => <Instant at={rollout.started_at} /> },
  {
    key: 'ended',
    title: 'Ended',
    kind: 'fit',
    cell: (rollout) => <Instant at={rollout.finished_at} never="not yet" />,
  },
];
