import { expect } from "vitest";
import { pause } from "../waiting.ts";
import type { Statements } from "./statements.ts";
import { once, socket, socketOf } from "./world.ts";

export function acknowledgementBehaviour({ group, it }: Statements): void {
  group("acknowledgements", "acks", () => {
    it("answers the client with any number of arguments", async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      expect(await client.request("ack", "one")).toEqual(["one"]);
      expect(await client.request("ack", 1, null, { two: [2] })).toEqual([1, null, { two: [2] }]);
      expect(await client.request("ack", [1, 2])).toEqual([[1, 2]]);
    });

    it("answers the client with no argument at all", async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      expect(await client.request("ack")).toEqual([]);
    });

    it("answers the server", async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      const sid = await client.id();
      expect(await server.request(sid, "ask", ["x", { y: 1 }])).toEqual(["x", { y: 1 }]);
      expect(await server.request(sid, "ask", [])).toEqual([]);
    });

    it("keeps a hundred answers apart", async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      const numbers = Array.from({ length: 100 }, (_, index) => index);
      const answers = await Promise.all(numbers.map((index) => client.request("ack", index)));
      expect(answers).toEqual(numbers.map((index) => [index]));
      const sid = await client.id();
      const asked = await Promise.all(numbers.map((index) => server.request(sid, "ask", [index])));
      expect(asked).toEqual(numbers.map((index) => [index]));
    });

    it("resolves emitWithAck of the client", {
      needs: ["client.api", "client.emitWithAck"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      expect(await socket(client).emitWithAck("ack", "p", "q")).toBe("p");
      expect(await socket(client).timeout(2000).emitWithAck("ack", { r: 1 })).toEqual({ r: 1 });
    });

    it("resolves emitWithAck of the server", {
      needs: ["server.api", "server.emitWithAck"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      const own = await socketOf(server, client);
      expect(await own.emitWithAck("ask", "p", "q")).toBe("p");
      expect(await own.timeout(2000).emitWithAck("ask", 0)).toBe(0);
    });

    it("tells the client when no answer came in time", {
      needs: ["client.api", "client.emitWithAck"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      const plain = socket(client);
      await expect(plain.timeout(60).emitWithAck("silent")).rejects.toThrow(
        "operation has timed out",
      );
      const answer = await new Promise<unknown[]>((resolve) =>
        plain.timeout(60).emit("silent", (...args: unknown[]) => resolve(args)),
      );
      expect(answer).toHaveLength(1);
      expect(answer[0]).toBeInstanceOf(Error);
    });

    it("tells the server when no answer came in time", {
      needs: ["server.api", "server.emitWithAck"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      const own = await socketOf(server, client);
      await expect(own.timeout(60).emitWithAck("silent")).rejects.toThrow(
        "operation has timed out",
      );
    });

    it("ignores an answer that comes too late", {
      needs: ["server.api", "client.api", "server.timeout"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      socket(client).on("slow", (reply: () => void) => setTimeout(reply, 120));
      const own = await socketOf(server, client);
      const calls: unknown[][] = [];
      own.timeout(40).emit("slow", (...args: unknown[]) => calls.push(args));
      await pause(250);
      expect(calls).toHaveLength(1);
      expect(await client.request("ack", "fine")).toEqual(["fine"]);
    });

    it("sends one answer when the listener answers twice", {
      needs: ["server.api", "client.api"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      const own = await socketOf(server, client);
      own.on("twice", (reply: (n: number) => void) => {
        reply(1);
        reply(2);
      });
      const answers: number[] = [];
      socket(client).emit("twice", (n: number) => answers.push(n));
      await client.request("ack", "fence");
      await pause(30);
      expect(answers).toEqual([1]);
    });

    it("rejects a pending emitWithAck when the connection ends", {
      needs: ["client.api", "client.emitWithAck"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      const pending = socket(client).emitWithAck("silent");
      const outcome = expect(pending).rejects.toThrow("socket has been disconnected");
      await server.journal.until({ name: "silent" });
      socket(client).disconnect();
      await outcome;
    });

    it("hands ack errors to timeout callbacks when the connection ends", {
      needs: ["client.api", "client.emitWithAck"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      const answer = new Promise<unknown[]>((resolve) =>
        socket(client)
          .timeout(5000)
          .emit("silent", (...args: unknown[]) => resolve(args)),
      );
      await server.journal.until({ name: "silent" });
      socket(client).disconnect();
      const [error] = await answer;
      expect((error as Error).message).toBe("socket has been disconnected");
    });

    it("uses ackTimeout where no timeout is given", {
      needs: ["client.api", "client.emitWithAck"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server, { api: { ackTimeout: 80 } });
      const answer = await new Promise<unknown[]>((resolve) =>
        socket(client).emit("silent", (...args: unknown[]) => resolve(args)),
      );
      expect((answer[0] as Error).message).toBe("operation has timed out");
      await expect(socket(client).emitWithAck("silent")).rejects.toThrow("timed out");
      expect(await socket(client).emitWithAck("ack", 5)).toBe(5);
    });

    it("drops a buffered event whose timeout passed before it could be sent", {
      needs: ["client.api", "client.emitWithAck"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.begin(server, { api: { autoConnect: false } });
      await expect(socket(client).timeout(40).emitWithAck("ack", "stale")).rejects.toThrow(
        "operation has timed out",
      );
      expect(socket(client).sendBuffer).toHaveLength(0);
      socket(client).connect();
      await once(socket(client), "connect");
      await client.request("ack", "fresh");
      await server.journal.until({ name: "ack" });
      expect(server.journal.events("ack")).toEqual([["fresh"]]);
    });
  });
}
