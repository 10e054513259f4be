/** What those have who wait until nothing waits for a peer any more. */
export class Drain {
  readonly promise: Promise<void>;
  #resolve: () => void = () => {};
  #reject: (error: Error) => void = () => {};

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever waits sees the rejection; where nobody does any more, it is no matter of the process.
    this.promise.catch(() => {});
  }

  end(): void {
    this.#resolve();
  }

  fail(error: Error): void {
    this.#reject(error);
  }
}
