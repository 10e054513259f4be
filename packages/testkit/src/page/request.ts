/** What a test may ask of an object in the page. */
export interface Request {
  /** Set by those who wait for an answer. */
  readonly id?: number;
  readonly target: number;
  readonly action: "get" | "set" | "has" | "call" | "invoke";
  readonly name?: string;
  readonly args?: readonly unknown[];
  /** The number that the result, an object, is to have. */
  readonly as?: number;
}
