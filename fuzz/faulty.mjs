// A server with a fault, by the variable FAULT: a fuzzer that overlooks one proves nothing.
import { Server as Sound } from "@hawser/server";

const FAULTS = {
  /** A refused handshake ends in an exception. */
  throw(io) {
    io.engine.on("connection_error", () => {
      process.nextTick(() => {
        throw new Error("planted");
      });
    });
  },
  /** A lost session ends in a rejection that nobody handles. */
  reject(io) {
    io.engine.on("connection", (session) => {
      session.on("close", () => Promise.reject(new Error("planted")));
    });
  },
  /** After a while, one text is sent in the place of another. */
  garble(io) {
    let count = 0;
    io.engine.on("connection", (session) => {
      session.on("packetCreate", (packet) => {
        if (typeof packet.data === "string" && ++count % 10 === 0) {
          packet.data = packet.data.replace("text", "next");
        }
      });
    });
  },
  /** Rooms of sockets that have left stay. */
  keep(io) {
    io.on("connection", (socket) => {
      socket.on("disconnect", () => io.of("/").adapter.addAll(socket.id, new Set(["kept"])));
    });
  },
};

export class Server extends Sound {
  constructor(...args) {
    super(...args);
    FAULTS[process.env.FAULT](this);
  }
}
