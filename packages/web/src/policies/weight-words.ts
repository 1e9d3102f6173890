import type { Output } from '@fleetmend/api/client.ts';

type Weights = Output<'readRanking'>['weights'];

/** One line of the weights: which factor, and what it gives. */
export interface WeightLine {
  factor: string;
  gives: string;
}

/** Weights in words, in the order in which factors count most. */
export function describeWeights(weights: Weights): WeightLine[] {
  const { known_exploited, epss, exposure, impact, criticality, data_sensitivity, ransomware, spread, reboot } =
    weights;
  return [
    { factor: 'Known exploited', gives: `${known_exploited}` },
    { factor: 'Likely to be exploited', gives: `up to ${epss}` },
    { factor: 'Reachable from', gives: steps(exposure) },
    { factor: 'Impact', gives: `up to ${impact}` },
    { factor: 'Impact by word alone', gives: steps(weights.severity) },
    { factor: 'Criticality', gives: steps(criticality) },
    { factor: 'Data on it', gives: steps(data_sensitivity) },
    { factor: 'Used by ransomware', gives: `${ransomware}` },
    { factor: 'Spread', gives: `up to ${spread}` },
    { factor: 'Needs a restart', gives: `${reboot}`.replace('-', '−') },
    { factor: 'Proof of concept from', gives: `EPSS ${weights.poc_from_epss}` },
  ];
}

/** `internet 12, internal 4, isolated 0`: what gives most comes first. */
function steps(points: Readonly<Record<string, number>>): string {
  return Object.entries(points)
    .sort(([, a], [, b]) => b - a)
    .map(([word, each]) => `${word} ${each}`)
    .join(', ');
}
