import type { Output } from '@fleetmend/api/client.ts';
import { describeMove } from '@fleetmend/domain/patches/patch-move.ts';
import { Skeleton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useRead } from '../client.ts';
import { DecisionBadge } from '../ui/DecisionBadge.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { Panel } from '../ui/Panel.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { revealText } from '../ui/reveal-characters.ts';
import { Sentence } from '../ui/Sentence.tsx';
import { DueDate } from './DueDate.tsx';
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
          <Because explanation={explanation} />
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

function Because({ explanation }: { explanation: Explanation }) {
  const { ssvc, decision, above, would_drop_if, not_known } = explanation;
  return (
    <dl className={classes['because']}>
      <div>
        <dt>SSVC path</dt>
        <dd>
          <ol className={classes['path']}>
            {ssvc.map((step) => (
              <li key={step.point}>
                <span title={revealText(step.because)}>
                  {step.point} = <b>{step.value}</b>
                </span>
              </li>
            ))}
            <li>
              <DecisionBadge decision={decision} />
            </li>
          </ol>
          <ul className={`${classes['evidence']} small muted`}>
            {ssvc.map((step) => (
              <li key={step.point}>
                {step.point}: <HostText text={step.because} />
              </li>
            ))}
          </ul>
        </dd>
      </div>
      {explanation.due.length > 0 && <Due due={explanation.due} />}
      {explanation.moves.length > 0 && <Moves moves={explanation.moves} />}
      {above && <Reason title="Above the next one" text={above} />}
      {would_drop_if && <Reason title="What would change it" text={would_drop_if} />}
      <div>
        <dt>Not known</dt>
        <dd>
          {not_known.length === 0 ? (
            'Nothing is missing from this computation.'
          ) : (
            <ul className={classes['evidence']}>
              {not_known.map((missing) => (
                <li key={missing}>
                  <HostText text={missing} />
                </li>
              ))}
            </ul>
          )}
        </dd>
      </div>
    </dl>
  );
}

/** By when, on the machines where it is due first, and by which row of BOD 26-04. */
function Due({ due }: { due: Explanation['due'] }) {
  return (
    <div>
      <dt>Due</dt>
      <dd>
        <ul className={classes['evidence']}>
          {due.map((each) => (
            <li key={`${each.hostname} ${each.vulnerability}`}>
              <b>
                <DueDate at={each.due_at} />
              </b>{' '}
              on <HostText text={each.hostname} />: <Sentence text={each.text} />
            </li>
          ))}
        </ul>
      </dd>
    </div>
  );
}

/** When it was raised or lowered, from where to where, and by what. */
function Moves({ moves }: { moves: Explanation['moves'] }) {
  return (
    <div>
      <dt>Raised and lowered</dt>
      <dd>
        <ul className={classes['evidence']}>
          {moves.map((move) => (
            <li key={move.at}>
              <Instant at={move.at} />: <b>{move.direction}</b> {describeMove(move)}, because{' '}
              <HostText text={move.reasons.join('; ')} />
            </li>
          ))}
        </ul>
      </dd>
    </div>
  );
}

function Reason({ title, text }: { title: string; text: string }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        <HostText text={text} />
      </dd>
    </div>
  );
}
