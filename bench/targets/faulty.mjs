// The control with a fault, to see that the load notices it.
import { serveApplication } from "./application.mjs";
import { listenBare, WsServer } from "./ws-server.mjs";

const [fault] = process.argv.slice(2);
const AT = 27;

class FaultyServer extends WsServer {
  #count = 0;
  #late = [];

  emit(...event) {
    this.#count++;
    if (this.#count !== AT) {
      super.emit(...event);
      for (const late of this.#late.splice(0)) {
        super.emit(...late);
      }
    } else if (fault === "doubled") {
      super.emit(...event);
      super.emit(...event);
    } else if (fault === "swapped") {
      this.#late.push(event);
    } else if (fault === "crash") {
      process.exit(1);
    }
  }
}

serveApplication(listenBare(FaultyServer));
