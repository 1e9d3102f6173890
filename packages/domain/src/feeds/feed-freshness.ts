/** Whether a feed that ranks are computed from is current, and in words why not. */
export interface FeedFreshness {
  id: string;
  title: string;
  /** The publisher's own date where it states one, else when it was last known to be what the publisher has. Null: never loaded. */
  as_of: string | null;
  /** Null while fresh. */
  problem: string | null;
}
