import { type MacroVector, macroVectorScore } from './cvss4-macro-vector-scores.ts';
import { CVSS4_FORMAT, type Cvss4Metrics } from './cvss4-metrics.ts';
import { parseMetrics } from './metric-table.ts';

export interface Cvss4 {
  version: '4.0';
  metrics: Cvss4Metrics;
}

/** Steps below the most severe value of each metric (specification, section 8.2). */
const STEPS = {
  AV: { N: 0, A: 1, L: 2, P: 3 },
  PR: { N: 0, L: 1, H: 2 },
  UI: { N: 0, P: 1, A: 2 },
  AC: { L: 0, H: 1 },
  AT: { N: 0, P: 1 },
  V: { H: 0, L: 1, N: 2 },
  S: { S: 0, H: 1, L: 2, N: 3 },
  REQUIREMENT: { X: 0, H: 0, M: 1, L: 2 },
  E: { X: 0, A: 0, P: 1, U: 2 },
} as const;

/**
 * For each level of a class, how many steps its most severe vectors lie below the top, and how deep it is. Where a level has
 * several most severe vectors, one that nowhere lies below the vector at hand is always this many steps down.
 */
const LEVELS = {
  eq1: [
    { top: 0, depth: 1 },
    { top: 1, depth: 4 },
    { top: 3, depth: 5 },
  ],
  eq2: [
    { top: 0, depth: 1 },
    { top: 1, depth: 2 },
  ],
  // By EQ3 and EQ6 together: 00, 01, 10, 11, none, 21.
  eq3eq6: [
    { top: 0, depth: 7 },
    { top: 3, depth: 6 },
    { top: 1, depth: 8 },
    { top: 3, depth: 8 },
    null,
    { top: 3, depth: 10 },
  ],
  eq4: [
    { top: 1, depth: 6 },
    { top: 3, depth: 5 },
    { top: 6, depth: 4 },
  ],
} as const;

/** A multiple of every depth: with it, all of the interpolation is whole numbers and rounds exactly. */
const COMMON_DEPTH = 840;

/** Reads a CVSS 4.0 vector; null if it is none. */
export function parseCvss4(text: string): Cvss4 | null {
  if (!text.startsWith('CVSS:4.0/')) return null;
  const metrics = parseMetrics(text.slice('CVSS:4.0/'.length), CVSS4_FORMAT);
  return metrics === null ? null : { version: '4.0', metrics };
}

/** The score of the base metrics alone, CVSS-B. */
export function cvss4BaseScore({ metrics }: Cvss4): number {
  return scoreEffective({ ...metrics, E: 'X', CR: 0, IR: 0, AR: 0 });
}

/** The score of the whole vector, CVSS-BTE (specification, section 8.2). */
export function cvss4Score({ metrics }: Cvss4): number {
  return scoreEffective(applyModified(metrics));
}

function scoreEffective(effective: Effective): number {
  const { VC, VI, VA, SC, SI, SA } = effective;
  if ([VC, VI, VA, SC, SI, SA].every((value) => value === 'N')) return 0;
  const macroVector = findMacroVector(effective);
  const score = macroVectorScore(macroVector) ?? 0;
  let lowerCount = 0;
  let distance = 0;
  for (const { steps, depth, lower } of measure(effective, macroVector)) {
    if (lower === null) continue;
    lowerCount++;
    distance += ((score - lower) * steps * COMMON_DEPTH) / depth;
  }
  if (lowerCount === 0) return score / 10;
  const whole = COMMON_DEPTH * lowerCount;
  return Math.floor((2 * (score * whole - distance) + whole) / (2 * whole)) / 10;
}

type Effective = ReturnType<typeof applyModified>;

function applyModified(metrics: Cvss4Metrics) {
  const { MAV, MAC, MAT, MPR, MUI, MVC, MVI, MVA, MSC, MSI, MSA, E, CR, IR, AR } = metrics;
  return {
    AV: MAV === 'X' ? metrics.AV : MAV,
    AC: MAC === 'X' ? metrics.AC : MAC,
    AT: MAT === 'X' ? metrics.AT : MAT,
    PR: MPR === 'X' ? metrics.PR : MPR,
    UI: MUI === 'X' ? metrics.UI : MUI,
    VC: MVC === 'X' ? metrics.VC : MVC,
    VI: MVI === 'X' ? metrics.VI : MVI,
    VA: MVA === 'X' ? metrics.VA : MVA,
    SC: MSC === 'X' ? metrics.SC : MSC,
    SI: MSI === 'X' ? metrics.SI : MSI,
    SA: MSA === 'X' ? metrics.SA : MSA,
    // Not defined is the worst case for these four, and their steps say so.
    E,
    CR: STEPS.REQUIREMENT[CR],
    IR: STEPS.REQUIREMENT[IR],
    AR: STEPS.REQUIREMENT[AR],
  };
}

/** The six classes (specification, tables 24 to 29). */
function findMacroVector({ AV, AC, AT, PR, UI, VC, VI, VA, SC, SI, SA, E, CR, IR, AR }: Effective): MacroVector {
  const easy = [AV, PR, UI].filter((value) => value === 'N').length;
  const isSafety = SI === 'S' || SA === 'S';
  const isSubsequentHigh = [SC, SI, SA].includes('H');
  const isRequiredHigh = (VC === 'H' && CR === 0) || (VI === 'H' && IR === 0) || (VA === 'H' && AR === 0);
  return {
    eq1: easy === 3 ? 0 : easy > 0 && AV !== 'P' ? 1 : 2,
    eq2: AC === 'L' && AT === 'N' ? 0 : 1,
    eq3: VC === 'H' && VI === 'H' ? 0 : [VC, VI, VA].includes('H') ? 1 : 2,
    eq4: isSafety ? 0 : isSubsequentHigh ? 1 : 2,
    eq5: STEPS.E[E],
    eq6: isRequiredHigh ? 0 : 1,
  };
}

interface Measure {
  /** How far the vector lies below the most severe ones of its level. */
  steps: number;
  depth: number;
  /** The score, in tenths, of the MacroVector one level lower in this class alone; null at the lowest. */
  lower: number | null;
}

function measure(effective: Effective, macroVector: MacroVector): Measure[] {
  const { AV, AC, AT, PR, UI, VC, VI, VA, SC, SI, SA, CR, IR, AR } = effective;
  const { eq1, eq2, eq3, eq4, eq5, eq6 } = macroVector;
  const lowerWith = (change: Partial<MacroVector>) => macroVectorScore({ ...macroVector, ...change });
  return [
    { ...below(LEVELS.eq1[eq1], STEPS.AV[AV] + STEPS.PR[PR] + STEPS.UI[UI]), lower: lowerWith({ eq1: eq1 + 1 }) },
    { ...below(LEVELS.eq2[eq2], STEPS.AC[AC] + STEPS.AT[AT]), lower: lowerWith({ eq2: eq2 + 1 }) },
    {
      ...below(LEVELS.eq3eq6[eq3 * 2 + eq6], STEPS.V[VC] + STEPS.V[VI] + STEPS.V[VA] + CR + IR + AR),
      lower: lowerOfImpact(macroVector, lowerWith),
    },
    { ...below(LEVELS.eq4[eq4], STEPS.S[SC] + STEPS.S[SI] + STEPS.S[SA]), lower: lowerWith({ eq4: eq4 + 1 }) },
    // Each level of EQ5 is one value: no steps in it, yet it counts in the mean.
    { steps: 0, depth: 1, lower: lowerWith({ eq5: eq5 + 1 }) },
  ];
}

function below(level: { top: number; depth: number } | null | undefined, steps: number): Omit<Measure, 'lower'> {
  return { steps: steps - (level?.top ?? 0), depth: level?.depth ?? 1 };
}

/** EQ3 and EQ6 go down together: from 00 by the way that scores higher, from 01 and 10 to 11, from 11 to 21. */
function lowerOfImpact(
  { eq3, eq6 }: MacroVector,
  lowerWith: (change: Partial<MacroVector>) => number | null,
): number | null {
  if (eq6 === 1) return lowerWith({ eq3: eq3 + 1 });
  if (eq3 === 1) return lowerWith({ eq6: 1 });
  return Math.max(lowerWith({ eq6: 1 }) ?? 0, lowerWith({ eq3: 1 }) ?? 0);
}
