import { Server } from "socket.io";

interface Between {
  reload: (config: { path: string }) => void;
  count: (reply: (sockets: number) => void) => void;
}

const io = new Server<{}, {}, Between>();

io.on("reload", ({ path }) => console.log(path.trim()));
io.on("count", (reply) => reply(io.of("/").sockets.size));
io.of("/").on("reload", ({ path }) => path);
io.once("reload", async () => {});
io.serverSideEmit("reload", { path: "/etc" });
io.of("/admin").serverSideEmit("reload", { path: "/etc" });
io.serverSideEmit("count", (err, counts) => {
  console.log(
    err?.message,
    counts.reduce((a, b) => a + b, 0),
  );
});
io.serverSideEmitWithAck("count").then((counts) => counts.map((n) => n.toFixed()));

// @ts-expect-error nothing of the kind
io.serverSideEmit("unknown");
// @ts-expect-error the path is a string
io.serverSideEmit("reload", { path: 1 });
// @ts-expect-error nobody answers
io.serverSideEmitWithAck("reload", { path: "/etc" });
// @ts-expect-error nothing of the kind
io.on("unknown", () => {});

const plain = new Server();
plain.serverSideEmit("hello", "world", 1);
plain.serverSideEmit("hello", (err: Error, all: unknown[]) => [err, all]);
plain.on("hello", (a, b) => [a, b]);
