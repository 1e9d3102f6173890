import { Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Row } from '../client.ts';
import { AdvisoryLinks } from '../findings/AdvisoryLink.tsx';
import { Waiting } from '../ui/Blockers.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { DecisionBadge } from '../ui/DecisionBadge.tsx';
import { HostText } from '../ui/HostText.tsx';
import { revealText } from '../ui/reveal-characters.ts';
import { VersionChange } from '../ui/VersionChange.tsx';
import { DueDate } from './DueDate.tsx';
import classes from './patches.module.css';

export type Patch = Row<'listPatches'>;

/** The version most machines would come from, or null when there is none to name. */
export function commonFrom(patch: Patch): string | null {
  return patch.packages[0]?.from_versions[0] ?? null;
}

/** A patch's name and where its ranks lack fresh data. */
export function PatchName({ patch }: { patch: Patch }) {
  return (
    <div className={classes['name']}>
      <div className="row">
        <Link to="/patches/$id" params={{ id: patch.id }} className={classes['source']}>
          {patch.source}
        </Link>
        {patch.is_security && <span className={classes['tag']}>security</span>}
        {patch.freshness.length > 0 && (
          <Tooltip label={revealText(patch.freshness.join('; '))} multiline maw={360}>
            <span className={classes['stale']}>
              <span aria-hidden="true">◔</span>
              <span className="visually-hidden">ranked without fresh data: {patch.freshness.join('; ')}</span>
            </span>
          </Tooltip>
        )}
      </div>
      <VersionChange from={commonFrom(patch)} to={patch.to_version} />
      <div className="small muted">
        {patch.packages.length === 1 ? '1 package' : `${patch.packages.length} packages`} ·{' '}
        <HostText text={patch.origin} />
      </div>
    </div>
  );
}

const MISSING = (patch: Patch) => patch.counts.total - patch.counts.patched;

export const PATCH_COLUMNS: readonly Column<Patch>[] = [
  { key: 'rank', title: 'Rank', kind: 'end', cell: (patch) => <b>{patch.rank}</b> },
  { key: 'decision', title: 'Decision', kind: 'fit', cell: (patch) => <DecisionBadge decision={patch.decision} /> },
  { key: 'patch', title: 'Patch', isTitleHidden: false, cell: (patch) => <PatchName patch={patch} /> },
  {
    key: 'why',
    title: 'Why',
    cell: (patch) => (
      <div className={classes['why']}>
        {patch.why.map((reason) => (
          <div key={reason}>
            <HostText text={reason} />
          </div>
        ))}
        {patch.known_exploited.length > 0 && (
          <div className="small muted">
            In KEV: <AdvisoryLinks ids={patch.known_exploited} />
          </div>
        )}
      </div>
    ),
  },
  {
    key: 'machines',
    title: 'Not patched',
    kind: 'end',
    cell: (patch) => (
      <>
        <b>{MISSING(patch)}</b> <span className="muted">of {patch.counts.total}</span>
      </>
    ),
  },
  { key: 'due', title: 'Due', kind: 'fit', cell: (patch) => <DueDate at={patch.due_at} /> },
  { key: 'score', title: 'Score', kind: 'end', cell: (patch) => patch.score },
  {
    key: 'where',
    title: 'Where it is',
    cell: (patch) => (
      <div className={classes['where']}>
        {patch.change && (
          <div>
            in{' '}
            <Link to="/changes/$id" params={{ id: patch.change }}>
              {patch.change}
            </Link>
          </div>
        )}
        <Waiting blocked_by={patch.blocked_by} next_step={patch.next_step} />
      </div>
    ),
  },
];
