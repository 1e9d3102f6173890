const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });

/** A share of 0 to 1 as people read it, never rounded up to all or down to nothing: `94.2%`, `less than 0.1%`. */
export function formatPercent(share: number): string {
  if (share > 0 && share < 0.0005) return 'less than 0.1%';
  return share < 1 && share >= 0.9995 ? 'more than 99.9%' : percent.format(share);
}
