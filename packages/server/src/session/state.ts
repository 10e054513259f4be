export type SessionState = "opening" | "open" | "closing" | "closed";

/** `open`: the handshake was sent; `close`: this side wants to end; `end`: it is over. */
export type SessionAction = "open" | "close" | "end";

const TRANSITIONS: Readonly<
  Record<SessionState, Readonly<Partial<Record<SessionAction, SessionState>>>>
> = {
  opening: { open: "open", end: "closed" },
  open: { close: "closing", end: "closed" },
  closing: { end: "closed" },
  closed: {},
};

/** The state after an action; `undefined` when the action is not legal in that state. */
export function transition(state: SessionState, action: SessionAction): SessionState | undefined {
  return TRANSITIONS[state][action];
}
