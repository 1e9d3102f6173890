interface Scale {
  x(patches: number): number;
  y(share: number): number;
}

/** The path of an SVG through shares of 0 to 1, from no patch on; whole tenths of a pixel are exact enough. */
export function curvePath(shares: readonly number[], { x, y }: Scale): string {
  const tenth = (value: number) => Math.round(value * 10) / 10;
  return shares.map((share, at) => `${at === 0 ? 'M' : 'L'}${tenth(x(at))} ${tenth(y(share))}`).join('');
}
