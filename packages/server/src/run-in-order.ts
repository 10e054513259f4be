/** Calls `next()` to go on, `next(error)` to stop. */
export type Next<E> = (error?: E) => void;

/**
 * Runs middlewares one after the other. The first error ends the run; what a middleware does after
 * its first call of `next` is ignored.
 * @param call calls one middleware; what it throws is thrown to whoever called `next`
 * @param done called once, after the last one or with the error
 */
export function runInOrder<M, E>(
  middlewares: readonly M[],
  call: (middleware: M, next: Next<E>) => void,
  done: (error?: E) => void,
): void {
  const run = (index: number): void => {
    const middleware = middlewares[index];
    if (middleware === undefined) {
      done();
      return;
    }
    let called = false;
    call(middleware, (error) => {
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
