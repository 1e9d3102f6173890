import { formatDuration } from '../ui/format-time.ts';
import { HostText } from '../ui/HostText.tsx';
import { ExactInstant } from '../ui/Instant.tsx';
import { StateBadge } from '../ui/StateBadge.tsx';
import { StateBar } from '../ui/StateBar.tsx';
import { RING_STATE_LOOKS } from '../ui/states.ts';
import { useNow } from '../ui/use-now.ts';
import { ringShares } from './ring-shares.ts';
import classes from './rollouts.module.css';
import type { Rollout } from './use-rollout.ts';

/** One card a ring, in order: who is where, how long it still bakes, what it can prove. */
export function RingLane({ rings, current }: { rings: Rollout['rings']; current: number }) {
  return (
    <ol className={classes['lane']} aria-label="Rings">
      {rings.map((ring, at) => {
        const { shares, total } = ringShares([ring]);
        return (
          <li key={ring.name} className={classes['ring']} aria-current={at === current ? 'step' : undefined}>
            <h2>
              <span>
                {at + 1}. {ring.name}
              </span>
              <StateBadge state={RING_STATE_LOOKS[ring.state]} />
            </h2>
            <StateBar shares={shares} total={total} isTerse />
            {ring.state === 'baking' && ring.bake_until && <Bake until={ring.bake_until} />}
            <p className="small muted">
              <HostText text={ring.proves} />
            </p>
          </li>
        );
      })}
    </ol>
  );
}

function Bake({ until }: { until: string }) {
  const left = (Date.parse(until) - useNow(1000)) / 1000;
  return (
    <p>
      {left > 0 ? (
        <>
          Bakes for another <b>{formatDuration(left)}</b>, until <ExactInstant at={until} />
        </>
      ) : (
        <>
          Baked until <ExactInstant at={until} />
        </>
      )}
    </p>
  );
}
