const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });

/** A share of 0 to 1 as people read it: `94.2%`. */
export function formatPercent(share: number): string {
  return percent.format(share);
}
