/**
 * Lets an error of the application's own code surface as an uncaught exception, outside of the work
 * that called that code and must go on.
 */
export function throwLater(error: unknown): void {
  process.nextTick(() => {
    throw error;
  });
}
