/** What was sent is not a feed that may be used; the message says why, in words for a person. */
export class FeedRefused extends Error {
  override readonly name: string = 'FeedRefused';
}

/** Nothing could be read: no network, no such file. Expected where there is no internet. */
export class FeedUnreachable extends Error {
  override readonly name = 'FeedUnreachable';
  /** What its server answered, where it did. */
  readonly status: number | null;

  constructor(message: string, status: number | null = null) {
    super(message);
    this.status = status;
  }
}

/** Somebody else is loading the feed at this moment. */
export class FeedBusy extends Error {
  override readonly name = 'FeedBusy';
}

/** A feed has shrunk or swollen beyond belief. A person may look and let it through. */
export class FeedQuarantined extends FeedRefused {
  readonly records: number;

  constructor(message: string, records: number) {
    super(message);
    this.records = records;
  }
}

/** What was brought is older than what is served, or the same: no fault of the feed's. */
export class FeedOutdated extends FeedRefused {}
