// What the page shows of the connection: the panel, the chip in the header and the banner.

import { SAMPLES } from "./connection.js";
import { $ } from "./page.js";

const STATES = { connecting: "Connecting", online: "Connected", reconnecting: "Reconnecting" };
/** @type {Record<string, string>} */
const TRANSPORTS = {
  polling: "HTTP polling",
  websocket: "WebSocket",
  webtransport: "WebTransport",
};

/** @param {import("./connection.js").Connection} connection */
export function showConnection(connection) {
  const show = () => {
    const { state, transport, roundTrips, reconnections } = connection;
    const transportName = TRANSPORTS[transport] ?? transport;
    const last = roundTrips.at(-1);
    document.documentElement.dataset.connection = state;
    $("#banner").hidden = state !== "reconnecting";
    $("#banner").textContent = state === "reconnecting" ? "Reconnecting…" : "";
    $("#link-state").textContent = STATES[state];
    $("#link-transport").textContent = transportName || "–";
    $("#link-rtt").textContent = last === undefined ? "–" : duration(last);
    $("#link-count").textContent = String(reconnections);
    $("#chip-text").textContent = chipText(state, transportName, last);
    $("#cut").disabled = state !== "online";
    draw($("#spark"), roundTrips);
  };
  $("#cut").addEventListener("click", () => connection.cut());
  connection.addEventListener("change", show);
  show();
}

/** @param {keyof typeof STATES} state @param {string} transport @param {number | undefined} last */
function chipText(state, transport, last) {
  if (state !== "online") return `${STATES[state]}…`;
  return last === undefined ? transport : `${transport} · ${duration(last)}`;
}

/** @param {number} ms */
const duration = (ms) => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;

/** @param {SVGElement} spark @param {number[]} values */
function draw(spark, values) {
  // The usual value stands at a third of the height. One slow answer is cut off at the top rather
  // than flattening all the others.
  const usual = [...values].sort((a, b) => a - b)[values.length >> 1] ?? 1;
  const points = values.map((value, index) => {
    const x = 200 - (values.length - 1 - index) * (200 / (SAMPLES - 1));
    return `${x.toFixed(1)},${(39 - Math.min(1, value / (3 * usual)) * 37).toFixed(1)}`;
  });
  const firstX = points[0]?.split(",")[0] ?? "200";
  $("polyline", spark).setAttribute("points", points.join(" "));
  const area = points.length > 1 ? `${firstX},40 ${points.join(" ")} 200,40` : "";
  $("polygon", spark).setAttribute("points", area);
}
