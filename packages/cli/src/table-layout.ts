/** A column before it is laid out: how wide its widest cell is, and whether it may be left out. */
export interface ColumnNeed {
  width: number;
  isEmpty: boolean;
  /** Left out, from the right, when the terminal is too narrow. */
  isExtra: boolean;
}

const GAP = 2;
const NARROWEST = 8;
/** Cells are cut down to this before a column is left out. */
const COMFORTABLE = 28;

/** Which columns a terminal of so many columns shows, and how wide. Columns without any content are left out. */
export function layOut(needs: readonly ColumnNeed[], available: number): { at: number; width: number }[] {
  let shown = needs.map((need, at) => ({ ...need, at })).filter(({ isEmpty }) => !isEmpty);
  const cramped = () => total(shown.map(({ width }) => Math.min(width, COMFORTABLE))) > available;
  for (const { at } of shown.filter(({ isExtra }) => isExtra).toReversed()) {
    if (!cramped()) break;
    shown = shown.filter((each) => each.at !== at);
  }
  const widths = shrink(
    shown.map(({ width }) => width),
    available,
  );
  return shown.map(({ at }, i) => ({ at, width: widths[i] ?? 0 }));
}

/** Takes columns off the widest cells until the row fits, as far as that goes. */
function shrink(wanted: readonly number[], available: number): number[] {
  const widths = [...wanted];
  while (total(widths) > available) {
    const widest = Math.max(...widths);
    if (widest <= NARROWEST) break;
    widths[widths.lastIndexOf(widest)] = widest - 1;
  }
  return widths;
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP * Math.max(0, widths.length - 1);
}
