import { Link } from '@tanstack/react-router';
import type { Row } from '../client.ts';
import { Waiting } from '../ui/Blockers.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { DECISIONS } from '../ui/DecisionBadge.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { StateBadge } from '../ui/StateBadge.tsx';
import { PATCH_STATE_LOOKS } from '../ui/states.ts';
import classes from './inventory.module.css';

export type Asset = Row<'listAssets'>;

/** Missing patches by decision, in words: `2 Act, 11 Attend`. */
function MissingCounts({ missing }: { missing: Asset['missing'] }) {
  const counted = DECISIONS.filter(({ id }) => missing[id] > 0);
  if (counted.length === 0) return <span className="muted">none</span>;
  return (
    <>
      {counted.map(({ id, word }) => (
        <span key={id} className={classes['count']}>
          <b>{missing[id]}</b> {word}
        </span>
      ))}
    </>
  );
}

/** Labels as `key=value`. */
function Labels({ labels }: { labels: Asset['labels'] }) {
  return (
    <>
      {Object.entries(labels).map(([key, value]) => (
        <span key={key} className={classes['label']}>
          {key}=<HostText text={value} />
        </span>
      ))}
    </>
  );
}

export const ASSET_COLUMNS: readonly Column<Asset>[] = [
  {
    key: 'machine',
    title: 'Machine',
    kind: 'fit',
    cell: (asset) => (
      <>
        <Link to="/assets/$id" params={{ id: asset.id }} className={classes['host']}>
          <HostText text={asset.hostname} />
        </Link>
        <div className="small muted">{asset.facts ? <HostText text={asset.facts.os.name} /> : 'has not reported'}</div>
      </>
    ),
  },
  { key: 'state', title: 'State', kind: 'fit', cell: (asset) => <StateBadge state={PATCH_STATE_LOOKS[asset.state]} /> },
  { key: 'missing', title: 'Missing', cell: (asset) => <MissingCounts missing={asset.missing} /> },
  {
    key: 'waits',
    title: 'Why, on whom, what next',
    cell: (asset) => <Waiting blocked_by={asset.blocked_by} next_step={asset.next_step} />,
  },
  {
    key: 'labels',
    title: 'Labels and owner',
    cell: (asset) => (
      <>
        <Labels labels={asset.labels} />
        {asset.owner && (
          <div className="small muted">
            <HostText text={asset.owner} />
          </div>
        )}
      </>
    ),
  },
  {
    key: 'agent',
    title: 'Agent',
    cell: (asset) =>
      (asset.facts || asset.reached_by === 'ssh') && (
        <>
          {agentWord(asset)}
          {asset.facts?.reboot_required && <div className="small">reboot needed</div>}
        </>
      ),
  },
  { key: 'seen', title: 'Last report', kind: 'fit', cell: (asset) => <Instant at={asset.last_check_in_at} /> },
];

/** What a machine's agent may do; one without is only read. */
function agentWord({ reached_by, facts }: Asset): string {
  if (reached_by === 'ssh') return 'none: read over SSH';
  return facts?.agent?.mode === 'apply' ? 'applies' : 'observes only';
}
