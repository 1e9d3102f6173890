import type { Output } from '@fleetmend/api/client.ts';
import type { PatchState } from '@fleetmend/domain/inventory/asset.ts';
import { PATCH_STATES } from '@fleetmend/domain/inventory/asset.ts';
import { ROLLOUT_STATES } from '@fleetmend/domain/rollouts/rollout-model.ts';
import { Link } from '@tanstack/react-router';
import { DECISIONS, DecisionBadge } from '../ui/DecisionBadge.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { Empty, LineList, Panel } from '../ui/Panel.tsx';
import { PathLink } from '../ui/PathLink.tsx';
import { StateBadge } from '../ui/StateBadge.tsx';
import { StateBar } from '../ui/StateBar.tsx';
import { PATCH_STATE_LOOKS, ROLLOUT_STATE_LOOKS } from '../ui/states.ts';
import classes from './kpis.module.css';

type Overview = Output<'readOverview'>;

/** What waits for the signed-in person, each with its deadline. */
export function NeedsMe({ items }: { items: Overview['needs_me'] }) {
  return (
    <Panel title={items.length === 0 ? 'Needs you' : `Needs you (${items.length})`} isFlush>
      {items.length === 0 ? (
        <Empty title="Nothing needs you">Approvals, paused rollouts and silent machines show up here.</Empty>
      ) : (
        <LineList label="Needs you">
          {items.map((item) => (
            <li key={`${item.kind} ${item.href} ${item.text}`} className="row spread">
              <PathLink href={item.href}>
                <HostText text={item.text} />
              </PathLink>
              {item.due_at && (
                <span className="muted small">
                  due <Instant at={item.due_at} />
                </span>
              )}
            </li>
          ))}
        </LineList>
      )}
    </Panel>
  );
}

/** Rollouts under way, in a sentence each. */
export function RunningRollouts({ rollouts }: { rollouts: Overview['rollouts'] }) {
  return (
    <Panel title="Rollouts under way" isFlush>
      {rollouts.length === 0 ? (
        <Empty title="None">Approved changes run here, ring by ring.</Empty>
      ) : (
        <LineList label="Rollouts under way">
          {rollouts.map((rollout) => (
            <li key={rollout.id} className="stack tight">
              <div className="row">
                <Link to="/rollouts/$id" params={{ id: rollout.id }}>
                  {rollout.id}
                </Link>
                <RolloutBadge state={rollout.state} />
              </div>
              <HostText text={rollout.sentence} />
            </li>
          ))}
        </LineList>
      )}
    </Panel>
  );
}

function RolloutBadge({ state }: { state: string }) {
  const known = ROLLOUT_STATES.find((each) => each === state);
  return <StateBadge state={known ? ROLLOUT_STATE_LOOKS[known] : { look: 'unknown', word: state }} />;
}

/** Missing patches by decision. Each number is a link to exactly the rows it counts. */
export function ExposureTiles({ exposure }: { exposure: Overview['exposure'] }) {
  return (
    <section aria-label="Exposure: patches by decision" className={classes['exposure']}>
      {DECISIONS.map(({ id, word, meaning }) => (
        <Link key={id} to="/patches" search={{ decision: id }} className={classes['tile']}>
          <DecisionBadge decision={id} />
          <span className={classes['number']}>{exposure[id]}</span>
          <span className="muted small">
            {exposure[id] === 1 ? 'patch' : 'patches'}: {meaning}
          </span>
          <span className="visually-hidden">{word}</span>
        </Link>
      ))}
    </section>
  );
}

/** Every machine in exactly one of five states. */
export function FleetTruth({ counts }: { counts: Overview['assets'] }) {
  return (
    <Panel title="Fleet" note="Each machine in exactly one state, its worst. Unknown is never counted as patched.">
      <StateBar
        total={counts.total}
        shares={PATCH_STATES.map((state: PatchState) => ({
          key: state,
          look: PATCH_STATE_LOOKS[state].look,
          word: PATCH_STATE_LOOKS[state].word.toLowerCase(),
          count: counts[state],
          link: (text) => (
            <Link to="/assets" search={{ state }}>
              {text}
            </Link>
          ),
        }))}
      />
    </Panel>
  );
}

/** The last things that happened. */
export function RecentChanges({ recent }: { recent: Overview['recent'] }) {
  return (
    <Panel title="Lately" isFlush actions={<Link to="/audit">Open the audit log</Link>}>
      {recent.length === 0 ? (
        <Empty title="Nothing has happened yet" />
      ) : (
        <LineList label="Lately">
          {recent.map((entry) => (
            <li key={`${entry.at} ${entry.text}`} className={classes['entry']}>
              <span className="muted">
                <Instant at={entry.at} />
              </span>
              <span>
                <b>
                  <HostText text={entry.actor} />
                </b>{' '}
                <HostText text={entry.text} />
              </span>
            </li>
          ))}
        </LineList>
      )}
    </Panel>
  );
}
