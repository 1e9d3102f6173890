/** Whether a feed that ranks are computed from is current, and in words why not. */
export interface FeedFreshness {
  id: string;
  title: string;
  as_of: string | null;
  /** Null while fresh. */
  problem: string | null;
}
