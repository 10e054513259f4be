/** Sees each event before its listeners: `([event, ...args], next)`. */
export type PacketMiddleware<Event = unknown[]> = (
  event: Event,
  next: (error?: Error) => void,
) => void;

/** Runs the middlewares in order; an error ends the run. What calls `next` twice is ignored. */
export function runPacketMiddlewares<Event>(
  middlewares: readonly PacketMiddleware<Event>[],
  event: Event,
  done: (error?: Error) => void,
): void {
  const run = (index: number): void => {
    const middleware = middlewares[index];
    if (!middleware) {
      done();
      return;
    }
    let called = false;
    middleware(event, (error) => {
      if (called) {
        return;
      }
      called = true;
      if (error) {
        done(error);
      } else {
        run(index + 1);
      }
    });
  };
  run(0);
}
