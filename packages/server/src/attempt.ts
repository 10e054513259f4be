/** Calls at once; what is thrown, now or later, is a rejection. */
export async function attempt<T>(call: () => T | Promise<T>): Promise<T> {
  return call();
}
