import { Link } from '@tanstack/react-router';
import { Waiting } from '../ui/Blockers.tsx';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { MACHINE_COLUMN } from '../ui/machine-column.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { revealText } from '../ui/reveal-characters.ts';
import { StateBadge } from '../ui/StateBadge.tsx';
import { DEPLOYMENT_STATE_LOOKS } from '../ui/states.ts';
import classes from './rollouts.module.css';
import type { Rollout } from './use-rollout.ts';

type Deployment = Rollout['deployments'][number];

/** Each machine's part: where it stands, what happened last in words and as a code, and its log. */
export function DeploymentsTable({ rollout }: { rollout: Rollout }) {
  const columns: readonly Column<Deployment>[] = [
    MACHINE_COLUMN,
    { key: 'ring', title: 'Ring', cell: (deployment) => deployment.ring },
    {
      key: 'state',
      title: 'State',
      kind: 'fit',
      cell: (deployment) => <StateBadge state={DEPLOYMENT_STATE_LOOKS[deployment.state]} />,
    },
    {
      key: 'detail',
      title: 'What happened',
      cell: (deployment) => (
        <div className={classes['detail']}>
          <HostText text={deployment.detail} />
          {deployment.code && <div className="small muted mono">{deployment.code}</div>}
          <Waiting blocked_by={deployment.blocked_by} next_step="" />
        </div>
      ),
    },
    { key: 'attempt', title: 'Attempt', kind: 'end', cell: (deployment) => deployment.attempt },
    { key: 'updated', title: 'Since', kind: 'fit', cell: (deployment) => <Instant at={deployment.updated_at} /> },
    {
      key: 'log',
      title: 'Log',
      isTitleHidden: true,
      kind: 'fit',
      cell: (deployment) => (
        <Link
          to="/rollouts/$id"
          params={{ id: rollout.id }}
          search={{ log: deployment.asset }}
          replace
          aria-label={`Log of ${revealText(deployment.hostname)}`}
        >
          Log
        </Link>
      ),
    },
  ];
  return (
    <Panel title={`Machines (${rollout.deployments.length})`} isFlush>
      <DataTable
        label="Machines of this rollout"
        columns={columns}
        rows={rollout.deployments}
        rowKey={(deployment) => deployment.asset}
        empty={<Empty title="No machine" />}
      />
    </Panel>
  );
}
