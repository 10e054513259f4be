import { isObject, type Packet } from "@hawser/socket-codec/packets";
import { generateId } from "../session/id.ts";

/** Why a client stays out of a namespace. */
export interface Refused {
  message: string;
  data?: unknown;
}

/** What a client asks for. */
export interface JoinRequest {
  /** Of the namespace. */
  name: string;
  auth: Record<string, unknown>;
  /** Whether the client knows acknowledgements that say that the handler failed. */
  takesErrors: boolean;
}

/**
 * Said by our servers in the `hawser` key of the Engine.IO handshake, and by clients that have seen it there
 * in the `_hawser` key of what they join with: 1 is errors as acknowledgements. Nobody else gets to see it.
 */
export const EXTENSIONS = 1;

/**
 * How a revision of the Socket.IO protocol admits clients, as a value. The revision of the engine
 * below selects it; nothing else asks which one it is.
 */
export interface Dialect {
  /** Whether clients are in the main namespace without asking. */
  readonly joinsMain: boolean;
  /** The id of a client's socket in a namespace. */
  socketId(sessionId: string, name: string): string;
  /** What a CONNECT packet asks for. */
  readConnect(packet: Packet): JoinRequest;
  /** Whether clients can come back to their socket after a lost connection. */
  readonly recovers: boolean;
  /** The data of the CONNECT packet that answers it. @param pid the secret for coming back */
  welcome(socketId: string, pid: string | undefined): unknown;
  /** The data of a CONNECT_ERROR packet. */
  refusal(error: Refused): unknown;
}

/** Socket.IO protocol 5. */
export const dialect5: Dialect = {
  joinsMain: false,
  // Not the id of the session, which is secret.
  socketId: () => generateId(),
  readConnect({ nsp: name, data }) {
    if (!isObject(data)) {
      return { name, auth: {}, takesErrors: false };
    }
    if (!Object.hasOwn(data, "_hawser")) {
      return { name, auth: data, takesErrors: false };
    }
    const { _hawser: extensions, ...auth } = data;
    return { name, auth, takesErrors: extensions === EXTENSIONS };
  },
  recovers: true,
  // No key without a value: other parsers would send it.
  welcome: (sid, pid) => (pid === undefined ? { sid } : { sid, pid }),
  refusal: ({ message, data }) => ({ message, data }),
};
