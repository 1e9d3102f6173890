import type { Output } from '@fleetmend/api/client.ts';
import { Skeleton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useRead } from '../client.ts';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { Panel } from '../ui/Panel.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { ExplanationReasons } from './ExplanationReasons.tsx';
import classes from './patches.module.css';

type Explanation = Output<'explainPatch'>;

/** Why a patch stands where it stands: every point, where it comes from, what would change it, what is not known. */
export function ExplanationPanel({ id }: { id: string }) {
  const query = useRead('explainPatch', { params: { id } });
  const explanation = query.data;
  return (
    <Panel
      title={explanation ? `Why it is ${explanation.rank} of ${explanation.of}` : 'Why it stands where it stands'}
      note="The decision comes first; the score orders patches of the same decision. The points add up to the score."
      isFlush
    >
      {query.error !== null && (
        <ProblemAlert error={query.error} doing="explain the rank" onRetry={() => void query.refetch()} />
      )}
      {query.isPending && <Skeleton height={220} m={16} w="auto" />}
      {explanation && (
        <>
          <FactorTable explanation={explanation} />
          <ExplanationReasons explanation={explanation} />
        </>
      )}
    </Panel>
  );
}

function FactorTable({ explanation }: { explanation: Explanation }) {
  const { factors, score, model, model_written_by, model_written_at, model_factors_max } = explanation;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className={classes['tableScroll']} aria-label="Points, table" tabIndex={0}>
      <table className={classes['explained']} aria-label="Points of the score">
        <thead>
          <tr>
            <th scope="col">Factor</th>
            <th scope="col">Value</th>
            <th scope="col" className={classes['end']}>
              Points
            </th>
            <th scope="col">Source</th>
            <th scope="col">As of</th>
          </tr>
        </thead>
        <tbody>
          {factors.map((factor) => (
            <tr key={factor.id}>
              <th scope="row">{factor.label}</th>
              <td>
                <HostText text={factor.value} />
              </td>
              <td className={`${classes['end']} ${classes['points']}`}>{signed(factor.points)}</td>
              <td>
                <HostText text={factor.source} />
              </td>
              <td className="muted">
                <Instant at={factor.as_of} never="not dated" />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={2}>
              Score
            </th>
            <td className={`${classes['end']} ${classes['points']}`}>
              {score} of {model_factors_max}
            </td>
            <td colSpan={2}>
              <Link to="/ranking">{model}</Link>
              {model_written_by !== null && (
                <span className="muted">
                  {' '}
                  by <HostText text={model_written_by} />, <Instant at={model_written_at} />
                </span>
              )}
            </td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

function signed(points: number): string {
  return points > 0 ? `+${points}` : points < 0 ? `−${-points}` : '0';
}
