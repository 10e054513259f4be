/** The name of the method that `console.log` of Node asks what to show. */
export const INSPECT: unique symbol = Symbol.for("nodejs.util.inspect.custom") as never;
