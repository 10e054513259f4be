/** What is used of the page's address. */
export interface PageLocation {
  protocol: string;
  host: string;
  hostname: string;
  port: string;
}

/** Undefined outside of a page or worker. Read at each call: it may be set up after the library. */
export function pageLocation(): PageLocation | undefined {
  return (globalThis as { location?: PageLocation }).location;
}
