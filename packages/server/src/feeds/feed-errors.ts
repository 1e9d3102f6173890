/** What was sent is not a feed that may be used; the message says why, in words for a person. */
export class FeedRefused extends Error {
  override readonly name = 'FeedRefused';
}

/** Nothing could be read: no network, no such file. Expected where there is no internet. */
export class FeedUnreachable extends Error {
  override readonly name = 'FeedUnreachable';
}

/** Somebody else is loading the feed at this moment. */
export class FeedBusy extends Error {
  override readonly name = 'FeedBusy';
}
