import type { Output } from '@fleetmend/api/client.ts';
import { Facts, Panel } from '../ui/Panel.tsx';
import { describeWeights } from './weight-words.ts';

type Weights = Output<'readRanking'>['weights'];

/** What each factor gives, and what it would give by weights that were previewed. */
export function WeightsPanel({ standing, next }: { standing: Weights; next: Weights | null }) {
  const would = new Map(describeWeights(next ?? standing).map(({ factor, gives }) => [factor, gives]));
  return (
    <Panel
      title="What each factor gives"
      note={next === null ? 'In points, as it ranks now.' : 'What would change is marked.'}
    >
      <Facts
        facts={describeWeights(standing).map(({ factor, gives }) => [
          factor,
          would.get(factor) === gives ? (
            gives
          ) : (
            <>
              {gives} → <mark>{would.get(factor)}</mark>
            </>
          ),
        ])}
      />
    </Panel>
  );
}
