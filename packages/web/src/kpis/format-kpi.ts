import type { Output } from '@fleetmend/api/client.ts';
import { formatDuration } from '../ui/format-time.ts';

type Kpi = Output<'listKpis'>['data'][number];

/** A figure with its unit. Null is "no data": an empty population is never 100 %. */
export function formatKpi(value: number | null, unit: Kpi['unit']): string {
  if (value === null) return 'no data';
  return unit === 'seconds'
    ? formatDuration(value)
    : `${new Intl.NumberFormat('en', { maximumFractionDigits: 1 }).format(value)} %`;
}
