// The connection: the socket, and what can be told about it.

const ECHO_EVERY_MS = 1000;
/** Round trips remembered. */
export const SAMPLES = 40;

/**
 * Fires "change" whenever something it tells about has changed.
 */
export class Connection extends EventTarget {
  /** @type {"connecting" | "online" | "reconnecting"} */
  state = "connecting";
  /** Name of the transport in use, empty while there is none. */
  transport = "";
  /** Recent round trips in ms, newest last. @type {number[]} */
  roundTrips = [];
  reconnections = 0;

  /** @param {string} secret */
  constructor(secret) {
    super();
    this.socket = globalThis.io({
      auth: { person: secret },
      autoConnect: false,
      reconnectionDelay: 400,
      reconnectionDelayMax: 2000,
    });
    this.socket.on("connect", () => this.#set("online"));
    this.socket.on("disconnect", () => this.#set("reconnecting"));
    this.socket.on("connect_error", () => {
      // A refusal ends the client's own attempts. Here it can only be a passing one.
      if (!this.socket.active) setTimeout(() => this.socket.connect(), 2000);
    });
    this.socket.io.on("open", () => this.#managerOnOpen());
    this.socket.io.on("reconnect", () => {
      this.reconnections += 1;
    });
    setInterval(() => this.#measure(), ECHO_EVERY_MS);
  }

  open() {
    this.socket.connect();
  }

  /** Closes the connection underneath the socket, as a broken network would. */
  cut() {
    this.socket.io.engine.close();
  }

  /**
   * Sends an event and resolves with the reply, or with null when none came: the connection was
   * lost, or the time (ms) is up.
   *
   * @param {string} event
   * @param {unknown} content
   * @param {number} [timeout]
   * @returns {Promise<any>}
   */
  ask(event, content, timeout = 8000) {
    return new Promise((resolve) => {
      if (!this.socket.connected) return resolve(null);
      this.socket
        .timeout(timeout)
        .emit(event, content, (/** @type {Error | null} */ error, /** @type {unknown} */ reply) => {
          resolve(error ? null : reply);
        });
    });
  }

  #managerOnOpen() {
    // Each reconnection brings a new engine, so its events are subscribed to anew.
    const { engine } = this.socket.io;
    this.#tellTransport(engine.transport.name);
    engine.on("upgrade", (/** @type {{ name: string }} */ transport) =>
      this.#tellTransport(transport.name),
    );
  }

  /** @param {string} name */
  #tellTransport(name) {
    this.transport = name;
    this.dispatchEvent(new Event("change"));
  }

  /** @param {Connection["state"]} state */
  #set(state) {
    this.state = state;
    if (state !== "online") this.transport = "";
    this.dispatchEvent(new Event("change"));
    if (state === "online") this.#measure();
  }

  #measure() {
    if (!this.socket.connected || document.hidden) return;
    const sentAt = performance.now();
    this.socket.timeout(5000).emit("echo", (/** @type {Error | null} */ error) => {
      if (error) return;
      this.roundTrips.push(performance.now() - sentAt);
      if (this.roundTrips.length > SAMPLES) this.roundTrips.shift();
      this.dispatchEvent(new Event("change"));
    });
  }
}
