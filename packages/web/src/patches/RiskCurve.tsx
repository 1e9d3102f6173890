import type { Output } from '@fleetmend/api/client.ts';
import { useElementSize } from '@mantine/hooks';
import { curvePath } from './curve-path.ts';
import classes from './patches.module.css';

type Curve = Output<'readRiskCurve'>;

const HEIGHT = 220;
const EDGE = { left: 56, right: 16, top: 12, bottom: 34 };
const SHARES = [0, 0.25, 0.5, 0.75, 1];

/** How much risk the first patches remove together. The table below it says the same in numbers. */
export function RiskCurve({ curve }: { curve: Curve }) {
  const { ref, width } = useElementSize();
  const { points, count, share, sentence } = curve;
  const [across, up] = [Math.max(0, width - EDGE.left - EDGE.right), HEIGHT - EDGE.top - EDGE.bottom];
  const x = (patches: number) => EDGE.left + (patches / points.length) * across;
  const y = (removed: number) => EDGE.top + (1 - removed) * up;
  const shares = [0, ...points.map(({ removed_share }) => removed_share)];
  const reached = shares[count] ?? share;
  return (
    <div ref={ref} className={classes['curve']}>
      {width > 0 && (
        <svg role="img" aria-label={sentence} width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`}>
          {SHARES.map((each) => (
            <g key={each}>
              <line className={classes['grid']} x1={EDGE.left} x2={width - EDGE.right} y1={y(each)} y2={y(each)} />
              <text x={EDGE.left - 8} y={y(each) + 4} textAnchor="end">
                {each * 100} %
              </text>
            </g>
          ))}
          <line className={classes['goal']} x1={x(count)} x2={x(count)} y1={EDGE.top} y2={y(0)} />
          <path className={classes['line']} d={curvePath(shares, { x, y })} />
          <circle className={classes['mark']} cx={x(count)} cy={y(reached)} r="4.5" />
          <text x={EDGE.left} y={HEIGHT - 12}>
            0
          </text>
          <text x={width - EDGE.right} y={HEIGHT - 12} textAnchor="end">
            {points.length} {points.length === 1 ? 'patch' : 'patches'}
          </text>
          {count < points.length && (
            <text x={x(count) + 8} y={y(0) - 8}>
              {count} {count === 1 ? 'patch' : 'patches'}
            </text>
          )}
        </svg>
      )}
    </div>
  );
}
