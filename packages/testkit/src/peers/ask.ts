interface Emitter {
  emit(event: string, ...args: unknown[]): unknown;
}

/** Emits and returns what the acknowledgement carries; rejects after 5 s. Every version can do it. */
export function ask(emitter: Emitter, event: string, args: unknown[]): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer to ${event} within 5 s`)), 5000);
    emitter.emit(event, ...args, (...answer: unknown[]) => {
      clearTimeout(timer);
      resolve(answer);
    });
  });
}
