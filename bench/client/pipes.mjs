// How the packets of a peer come and go.

const SEPARATOR = "\x1e";
const HEADERS = { "Content-Type": "text/plain; charset=UTF-8" };

export class WebSocketPipe {
  /** @type {(packet: string, isBinary: boolean) => void} */
  onPacket = () => {};
  onClose = () => {};
  #webSocket;
  #tcp;

  constructor(webSocket, tcp) {
    this.#webSocket = webSocket;
    this.#tcp = tcp;
    webSocket.on("message", (data) => this.onPacket(data.toString("latin1")));
    webSocket.on("close", () => this.onClose());
    // A connection that is reset is closed as well.
    webSocket.on("error", () => {});
  }

  /** In one write. @param {(string | Buffer)[]} packets */
  send(packets) {
    this.#tcp.cork();
    for (const packet of packets) {
      this.#webSocket.send(packet);
    }
    this.#tcp.uncork();
  }
}

export class PollingPipe {
  onPacket = () => {};
  onClose = () => {};
  /** The GET that waits for packets. */
  #waiting;
  #queue = [];
  #draining = false;

  request(request, response) {
    if (request.method === "GET") {
      this.#waiting = response;
      this.#answer();
      return;
    }
    let body = "";
    request.setEncoding("latin1");
    request.on("data", (text) => {
      body += text;
    });
    request.on("end", () => {
      response.writeHead(200, HEADERS).end("ok");
      for (const packet of body.split(SEPARATOR)) {
        if (packet === "1") {
          this.onClose();
        } else {
          this.onPacket(packet);
        }
      }
    });
  }

  /** @param {string[]} packets */
  send(packets) {
    this.#queue.push(...packets);
    this.#answer();
  }

  /** No GET is left to wait any more. */
  drain() {
    this.#draining = true;
    this.#answer();
  }

  /** The packets that nobody came for. */
  take() {
    return this.#queue.splice(0);
  }

  #answer() {
    if (this.#waiting && this.#draining && this.#queue.length === 0) {
      this.#queue.push("6");
    }
    if (this.#waiting && this.#queue.length > 0) {
      this.#waiting.writeHead(200, HEADERS).end(this.#queue.splice(0).join(SEPARATOR));
      this.#waiting = undefined;
    }
  }
}
