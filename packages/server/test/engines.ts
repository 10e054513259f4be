import { createServer, type Server as HttpServer, type IncomingMessage } from "node:http";
import { createRequire } from "node:module";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import * as hawser from "../src/engine.ts";
import { fetchRaw, listen } from "./running-server.ts";

export type EngineModule = typeof hawser;
export type EngineServer = hawser.Server;
export type EngineSocket = hawser.Socket;
export type EngineOptions = Partial<hawser.ServerOptions & hawser.AttachOptions>;

const official = createRequire(import.meta.url)("engine.io") as EngineModule;

/** The same tests run against the engine that ours takes the place of. */
export const ENGINES = [
  { name: "official", engine: official, isOurs: false },
  { name: "hawser", engine: hawser, isOurs: true },
] as const;

export const POLLING = "/engine.io/?EIO=4&transport=polling";
export const WEBSOCKET = "/engine.io/?EIO=4&transport=websocket";

export interface RunningEngine {
  server: EngineServer;
  http: HttpServer;
  port: number;
  /** The next session. */
  session(): Promise<EngineSocket>;
}

/** Attaches an engine to an HTTP server on a free port; both end with the test. */
export async function run(
  server: EngineServer,
  options?: Partial<hawser.AttachOptions>,
): Promise<RunningEngine> {
  const http = createServer((_request, response) => response.writeHead(404).end("page"));
  server.attach(http, options);
  const port = await listen(http);
  onTestFinished(() => void server.close());
  const session = () =>
    new Promise<EngineSocket>((resolve) => void server.once("connection", resolve));
  return { server, http, port, session };
}

/** The path of the further requests of a new polling session, and its id. */
export async function openPolling(port: number): Promise<{ path: string; sid: string }> {
  const { body } = await fetchRaw(port, POLLING);
  const { sid } = JSON.parse(body.slice(1)) as { sid: string };
  return { path: `${POLLING}&sid=${sid}`, sid };
}

export interface Peer {
  ws: WebSocket;
  /** Text messages, in order. */
  messages: string[];
  closed: Promise<number>;
}

/** A WebSocket by hand, opened, of a new session or of that with the id. */
export async function openWebSocket(port: number, sid?: string): Promise<Peer> {
  const ws = new WebSocket(`ws://127.0.0.1:${port}${WEBSOCKET}${sid ? `&sid=${sid}` : ""}`);
  onTestFinished(() => ws.terminate());
  const messages: string[] = [];
  ws.on("message", (data: Buffer) => messages.push(data.toString()));
  ws.on("error", () => {});
  const closed = new Promise<number>((resolve) => ws.on("close", resolve));
  await new Promise((resolve, reject) => ws.once("open", resolve).once("error", reject));
  return { ws, messages, closed };
}

/** What a WebSocket handshake is refused with. */
export function refusedWebSocket(port: number, path = WEBSOCKET): Promise<string> {
  const ws = new WebSocket(`ws://127.0.0.1:${port}${path}`);
  ws.on("error", () => {});
  return new Promise((resolve, reject) => {
    ws.once("open", () => reject(new Error("the WebSocket was accepted")));
    ws.once("unexpected-response", (_request, response: IncomingMessage) => {
      let body = "";
      response.on("data", (chunk: Buffer) => {
        body += chunk;
      });
      response.once("end", () => resolve(`${response.statusCode} ${body}`));
    });
  });
}

/** Lets what is on its way arrive. */
export const settle = (ms = 30): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
