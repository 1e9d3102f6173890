import { type Metrics, type MetricTable, vectorFormat } from './metric-table.ts';

const IMPACT = { N: 'None', P: 'Partial', C: 'Complete' } as const;
const REQUIREMENT = { L: 'Low', M: 'Medium', H: 'High', ND: 'Not Defined' } as const;

const TABLE = {
  AV: { name: 'Access Vector', group: 'base', values: { L: 'Local', A: 'Adjacent Network', N: 'Network' } },
  AC: { name: 'Access Complexity', group: 'base', values: { H: 'High', M: 'Medium', L: 'Low' } },
  Au: { name: 'Authentication', group: 'base', values: { M: 'Multiple', S: 'Single', N: 'None' } },
  C: { name: 'Confidentiality Impact', group: 'base', values: IMPACT },
  I: { name: 'Integrity Impact', group: 'base', values: IMPACT },
  A: { name: 'Availability Impact', group: 'base', values: IMPACT },
  E: {
    name: 'Exploitability',
    group: 'threat',
    values: { U: 'Unproven', POC: 'Proof-of-Concept', F: 'Functional', H: 'High', ND: 'Not Defined' },
  },
  RL: {
    name: 'Remediation Level',
    group: 'threat',
    values: { OF: 'Official Fix', TF: 'Temporary Fix', W: 'Workaround', U: 'Unavailable', ND: 'Not Defined' },
  },
  RC: {
    name: 'Report Confidence',
    group: 'threat',
    values: { UC: 'Unconfirmed', UR: 'Uncorroborated', C: 'Confirmed', ND: 'Not Defined' },
  },
  CDP: {
    name: 'Collateral Damage Potential',
    group: 'environmental',
    values: { N: 'None', L: 'Low', LM: 'Low-Medium', MH: 'Medium-High', H: 'High', ND: 'Not Defined' },
  },
  TD: {
    name: 'Target Distribution',
    group: 'environmental',
    values: { N: 'None', L: 'Low', M: 'Medium', H: 'High', ND: 'Not Defined' },
  },
  CR: { name: 'Confidentiality Requirement', group: 'environmental', values: REQUIREMENT },
  IR: { name: 'Integrity Requirement', group: 'environmental', values: REQUIREMENT },
  AR: { name: 'Availability Requirement', group: 'environmental', values: REQUIREMENT },
} as const satisfies MetricTable;

/** FIRST, "A Complete Guide to CVSS v2.0", section 2: "a predetermined order". Metrics left out are not defined. */
export const CVSS2_FORMAT = vectorFormat(TABLE, { unset: 'ND', isOrdered: true });

export type Cvss2Metrics = Metrics<typeof TABLE>;
